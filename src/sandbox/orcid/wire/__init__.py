"""How the stand-in reads and writes JSON and XML, and its error answers."""
