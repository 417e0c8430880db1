"""Technical services without rules: clock, sealing, jobs, rate limits, database connections, logs."""
