"""What support reads about a person or a DOI: search, one timeline each, and words to answer with."""
