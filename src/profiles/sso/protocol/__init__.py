"""OAuth 2.0 and OpenID Connect endpoints on Authlib: authorization, tokens, devices, sign-out.

A request enters by ``endpoints`` (services) or ``authorize`` (people); ``server`` validates it and ``grants``
keeps the state.
"""
