"""Enough of DataCite Commons to walk Search & Link: works, a person's page, and the button of a claim."""
