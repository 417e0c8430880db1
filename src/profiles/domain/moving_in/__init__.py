"""Rules for moving in: how a row of the previous service is read as a person, a permission or a claim.

Nothing is guessed in silence: each way in which a row is unusual has a name (``oddities``), which the report
of the import counts.
"""
