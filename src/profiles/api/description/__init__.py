"""The OpenAPI description: operations, examples, and the list of changes."""
