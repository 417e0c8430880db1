"""What operators watch: logs, request log, metrics, error reports, and the internal server."""
