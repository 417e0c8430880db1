"""Stand-ins for the services around DataCite Profiles: ORCID, Globus Auth and the DataCite REST API.

They speak real HTTP, keep state, refuse as the real services do, and fail on request. They
share no code with what talks to them.
"""
