"""The stand-in's public pages."""
