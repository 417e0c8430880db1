"""Read and write JSON and XML, and error answers."""
