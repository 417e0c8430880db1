"""Closing an account: export of all data, removal of works at ORCID, and erasure."""
