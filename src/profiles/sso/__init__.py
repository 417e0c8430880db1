"""Our OpenID provider: DataCite's services sign people in through it."""
