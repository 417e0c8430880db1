"""The stand-in's records: works, people, and the rules and schema by which ORCID accepts them."""
