"""Word lists of the field in many languages: types, months, languages, parts of names, organisations."""
