"""Pages for the managers of a repository: how they come in, what is to be corrected, and the monthly mail."""
