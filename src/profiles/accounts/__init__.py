"""People: one account for each verified ORCID iD, with keys, e-mail and roles."""
