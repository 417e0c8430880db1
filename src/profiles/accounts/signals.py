"""Signals about accounts, for packages that do not import each other."""

from django.dispatch import Signal

signed_in = Signal()
"""Sent with ``request`` and ``account`` when a person has just signed in."""
signed_out = Signal()
"""Sent with ``request``, ``response`` and ``account`` (None without a sign-in) when a person signs out."""
linked_with_permission = Signal()
"""Sent with ``account`` and ``token`` (ORCID's answer) when a person linked their iD and permitted
Auto-Update in one step, in the transaction that stores the permission and switches Auto-Update on."""
changed = Signal()
"""Sent with ``request``, ``response`` and ``account`` when a person changed their own settings."""
orcid_id_moved = Signal()
"""Sent with ``old_orcid_id`` and ``new_orcid_id`` when ORCID merged two iDs and the person came back, in the
transaction that moves the account: each package moves what it keeps for the old iD to the new one."""
accounts_joined = Signal()
"""Sent with ``kept`` and ``gone`` when both iDs of a merger had an account: packages that keep data of
accounts move them. ``gone`` is deleted afterwards."""
merged_ids_requested = Signal()
"""Sent with ``kept``, an iD. A receiver returns the iDs that ORCID once answered were merged into it."""
closed = Signal()
"""Sent with ``account`` when a person closed their account."""
sessions_ended = Signal()
"""Sent with ``account`` and ``sids`` (a list) when sessions of a person ended, in any way: signed out,
ended from the list, past a limit, account closed. Grants that hang on a ``sid`` end with it."""
signed_out_everywhere = Signal()
"""Sent with ``account`` on sign-out everywhere: all sessions end, and grants without a session."""
tidy_up = Signal()
"""Sent every hour by the worker: each package deletes or ends what has expired. Safe to repeat."""
settings_parts_requested = Signal()
"""Sent with ``account`` when Settings is shown. A receiver returns what its package adds, by name:
``ways_in`` (a list of labels), for instance. One query each at most: the page has eight."""
data_export_requested = Signal()
"""Sent with ``account`` when a person downloads all their data. A receiver returns what its package
keeps, by name, ready for JSON; never a token or a secret."""
leaves = Signal()
"""Sent with ``request`` by a package that found that this session has to end; sign_in ends it."""
person_events_requested = Signal()
"""Sent with ``account`` when support looks at a person. A receiver returns a list of ``as_events`` of the
kind ``sign-in`` or ``service``, whose code is the sentence to show."""
