"""Enough of Fabrica for links to lead somewhere: the DOIs that fit a query."""
