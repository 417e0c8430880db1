"""The way to ORCID or an identity provider and back: its answers, and where people go afterwards.

An answer is stored when a browser brings it, and its code is exchanged exactly once. Sign-in and permissions
use this alike.
"""
