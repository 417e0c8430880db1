"""Relying parties: registered by staff page, command or file, with one set of checks."""
