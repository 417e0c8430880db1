"""Pages about the account: landing, settings, permissions, rules, keys, e-mail, closing."""
