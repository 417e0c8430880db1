"""The stand-in's OAuth and OpenID side: sign-in, consent, tokens."""
