"""Pages for the managers of a repository."""
