"""What to send to ORCID for a claim, and what an answer means."""
