"""Sign-in pages: callbacks, second factor, sessions, and two accounts of one person."""
