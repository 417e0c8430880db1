"""The stand-in for Globus Auth: an OpenID provider that brokers institutions, Google and ORCID."""
