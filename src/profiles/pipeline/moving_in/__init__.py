"""Moving in: compare with the previous service, and take over its people, permissions and claims."""
