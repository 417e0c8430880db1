"""The pages of signing in: callbacks, second factor, sessions, and two accounts of one person."""
