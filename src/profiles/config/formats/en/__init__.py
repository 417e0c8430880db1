"""English is read everywhere: the day comes first, the month is a word, and hours count to 24."""
