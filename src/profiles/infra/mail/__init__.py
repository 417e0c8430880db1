"""Mail: the outbox that keeps sealed messages until they are sent, and the backend that sends them."""
