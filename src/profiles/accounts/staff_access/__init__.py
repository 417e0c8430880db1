"""Access to staff pages, and the audit log of what staff looked at and did."""
