"""Permissions that researchers gave, with their sealed tokens and receipts."""
