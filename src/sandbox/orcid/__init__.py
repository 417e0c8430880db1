"""A stand-in for ORCID: OAuth, the member API 3.0 for works, the inbox and webhooks.

It keeps its state in memory, answers and refuses as the real one does, and shares no code with the
service.
"""
