"""Webhooks of other services, their messages and deliveries."""
