"""Which identities belong to which account, and iDs that ORCID merged."""
