"""Consents of researchers, with their sealed tokens and receipts."""
