"""Background jobs: the queue, one job for one row with its retries, and the names of jobs."""
