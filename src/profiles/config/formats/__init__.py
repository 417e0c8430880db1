"""Formats of dates in pages and mails, for languages in which Django's own could be misread."""
