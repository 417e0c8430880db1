"""What every API request shares: parsing, authentication, errors, paging, filters and JSON:API rendering."""
