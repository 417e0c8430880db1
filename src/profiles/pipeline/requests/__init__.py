"""Requests for claims: one work or many, from a page, the API, an answer to a question, or the back-fill."""
