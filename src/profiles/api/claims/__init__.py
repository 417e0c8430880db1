"""The claims API: single claims, lists with facets, and batches."""
