"""What an OpenID provider must refuse, and what it must do, seen from outside over HTTP.

Knows a provider by its address, three registered parties and two people who sign in by a plain form; nothing
else. docs/dev/conformance.md says how to let it look at any provider.
"""
