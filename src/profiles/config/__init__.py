"""Settings from the environment, checks at start, and the URL tree."""
