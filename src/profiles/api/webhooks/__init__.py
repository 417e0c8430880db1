"""The API by which services manage webhooks and their deliveries."""
