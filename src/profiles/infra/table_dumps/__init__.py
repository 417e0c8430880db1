"""Read tables from the files that other databases write: a MySQL dump, or one CSV file for each table.

Both readers stream: memory depends on the longest row, not on the file. They return texts, or None for NULL;
what a text means is for the caller. No maintained parser of dumps was found that does this: the general SQL
parsers build a tree of each statement, and the small ones read the dumps of one site.
"""
