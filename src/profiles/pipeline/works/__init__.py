"""The read side: a person's works, search, why a work is (not) on a record, and the comparison with ORCID."""
