"""OpenID Connect towards Globus, ORCID and others: start, callback, and verification of ID tokens."""
