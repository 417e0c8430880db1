"""One lane, one ORCID record: plan, map, check, call ORCID, read the answer, record the result.

``lane`` runs a batch of claims of one record, ``calls`` makes its calls, ``results`` collects the outcomes,
and ``batch`` records the results of many lanes in one statement.
"""
