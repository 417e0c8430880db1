"""What happened to somebody, for rooms that do not know each other."""

from django.dispatch import Signal

signed_in = Signal()
"""Sent with ``request`` and ``account`` when somebody has just signed in."""
signed_out = Signal()
"""Sent with ``request``, ``response`` and ``account`` (None when nobody was) when somebody signs out."""
changed = Signal()
"""Sent with ``request``, ``response`` and ``account`` when somebody changed their own settings."""
orcid_id_moved = Signal()
"""Sent with ``old_orcid_id`` and ``new_orcid_id`` when ORCID merged two iDs and the person came back, in the
transaction that moves the account: each room brings what it keeps for the old iD to the new one."""
accounts_joined = Signal()
"""Sent with ``kept`` and ``gone`` when both iDs of a merger had an account: rooms that hang things on
accounts bring them over. ``gone`` is deleted afterwards."""
mergers_wanted = Signal()
"""Sent with ``kept``, an iD. A receiver returns the iDs that ORCID once answered were merged into it."""
closed = Signal()
"""Sent with ``account`` when somebody closed their account."""
sessions_ended = Signal()
"""Sent with ``account`` and ``sids`` (a list) when sessions of somebody ended, in whatever way: signed out,
ended from the list, past a limit, account closed. Grants that hang on a ``sid`` end with it."""
signed_out_everywhere = Signal()
"""Sent with ``account`` when somebody signed out everywhere: beside all sessions, what hangs on none ends."""
tidy_up = Signal()
"""Sent every hour by the jobs' process: each room drops or ends what is past its time. Safe to repeat."""
overview_wanted = Signal()
"""Sent with ``account`` when Settings is shown. A receiver returns what its room adds, by name:
``ways_in`` (a list of labels), for instance. One query each at most: the page has eight."""
everything_wanted = Signal()
"""Sent with ``account`` when somebody downloads all that is kept of them. A receiver returns what its room
keeps, by name, ready for JSON; never a token or a secret."""
leaves = Signal()
"""Sent with ``request`` by a room that found that this session is to end; whoever opened it ends it."""
