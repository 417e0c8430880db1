"""The web server's front, limits on a page's calls to outside services, and htmx polls."""
