"""The stand-in for the DataCite REST API."""
