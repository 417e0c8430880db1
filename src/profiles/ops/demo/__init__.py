"""The demo: its environment, its story told over HTTP, and what it checks before it starts."""
