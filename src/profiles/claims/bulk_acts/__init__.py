"""Acts of a person on many works at once: their tables, what is stored, and how far each is."""
