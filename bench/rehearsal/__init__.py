"""A burst of DataCite in real time: changes, people, ORCID with its limit and accidents, and the outcome.

Every part runs on this machine and shares its cores with the service: the load is not free.
"""
