"""The stand-in's records: works, people, and ORCID's rules and schema for them."""
