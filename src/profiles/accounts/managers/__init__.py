"""Addresses of the managers of repositories, who need no account here."""
