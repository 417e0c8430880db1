"""Signing in with Globus, ORCID or another OpenID provider, second factor and sessions."""
