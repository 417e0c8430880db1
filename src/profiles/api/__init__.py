"""The JSON:API and GraphQL that DataCite's services and integrators call."""
