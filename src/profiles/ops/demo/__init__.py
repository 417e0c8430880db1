"""The demo: its environment, checks before the start, and a story that it plays over HTTP."""
