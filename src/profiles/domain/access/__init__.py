"""Who may do what: roles, access keys, token claims, assurance, and safe return addresses."""
