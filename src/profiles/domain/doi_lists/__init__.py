"""Lists of DOIs as people paste them: plain text, BibTeX, RIS and CSV."""
