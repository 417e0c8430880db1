"""Messages for webhooks: written from what happened, then delivered to each receiver in order."""
