"""DataCite Profiles: single sign-on for DataCite's services, and claims on ORCID records."""

__version__ = "0.1.0"
