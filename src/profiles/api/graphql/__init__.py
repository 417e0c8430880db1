"""The GraphQL subgraph of public people."""
