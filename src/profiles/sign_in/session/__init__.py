"""Sessions: opened, listed, limited and ended; and reauthentication for sensitive changes."""
