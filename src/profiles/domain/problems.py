"""The one catalogue of what can go wrong, or be refused: what it means, what we do, what you can do.

It drives retries, API errors, pages, the support view and the docs. No code branches on texts or status
numbers; code branches on an entry of this catalogue. Sources are rows of ORCID's contract.
"""

from typing import Final

from profiles.domain.problem import Problem, Remedy, Retry


def _(text: str) -> str:
    """Mark a sentence for translation; the pages translate it."""
    return text


CATALOGUE: Final[dict[str, Problem]] = {}


def _add(  # noqa: PLR0917  a table reads best without names in each row
    code: str, title: str, we: str, you: str, retry: Retry, remedy: Remedy
) -> Problem:
    problem = Problem(code, title, we, you, retry, remedy)
    assert code not in CATALOGUE, code
    CATALOGUE[code] = problem
    return problem


R = Retry
M = Remedy
_TRY_AGAIN: Final = _("We try again automatically, at growing intervals, for up to a week.")
_NOTHING: Final = _("Nothing. It continues automatically.")
_AWAY: Final = (_TRY_AGAIN, _NOTHING, R.NETWORK, M.WAIT)
_GIVE_AGAIN: Final = (
    _("We keep the work and send it as soon as you give permission again."),
    _("Get an ORCID token in Settings."),
    R.PERMISSION,
    M.GRANT,
)
_ASK_US: Final = _("Write to us with the DOI; we see every step and can send it again.")

# --- the researcher's permission ---------------------------------------------------------------------
CONSENT_MISSING = _add(
    "consent-missing",
    # Exactly this text: DataCite Commons knows it and shows how to give permission.
    _("No user and/or ORCID token"),
    _("We keep the work and send it as soon as you give permission."),
    _("Get an ORCID token in Settings."),
    R.PERMISSION,
    M.GRANT,
)
CONSENT_LOST = _add("consent-lost", _("ORCID no longer accepts your permission"), *_GIVE_AGAIN)
CONSENT_EXPIRED = _add(
    "consent-expired",
    # Exactly this text: today's consumers know it.
    _("token has expired."),
    *_GIVE_AGAIN,
)
TOKEN_REFUSED = _add(
    "token-refused",
    _("ORCID refused your permission once"),
    _("One refusal proves nothing. We try again in a few minutes before we call the permission lost."),
    _NOTHING,
    R.SOON,
    M.WAIT,
)
WRONG_PERSON = _add(
    "wrong-person",
    _("The permission belongs to another ORCID record"),
    _("We send nothing with it."),
    _("Sign in to ORCID as yourself and get an ORCID token in Settings."),
    R.PERMISSION,
    M.GRANT,
)
SCOPE_MISSING = _add(
    "scope-missing",
    _("The permission does not cover adding works"),
    _("We keep the work and send it when the permission covers it."),
    _("Get an ORCID token in Settings and accept all that is listed there."),
    R.PERMISSION,
    M.GRANT,
)
WRONG_SOURCE = _add(
    "wrong-source",
    _("Another service added this work; only that service may change it"),
    _("We leave the work as it is."),
    _("If the entry is wrong, remove it on your ORCID record and add it again here."),
    R.NEVER,
    M.ORCID,
)

# --- the researcher's will ---------------------------------------------------------------------------
REMOVED_BY_OWNER = _add(
    "removed-by-owner",
    _("You removed this work from your ORCID record"),
    _("We respect that and do not add it again."),
    _("If you want it back, choose Restore in My works."),
    R.NEVER,
    M.RESTORE,
)
NOT_MINE = _add(
    "not-mine",
    _("You said that this work is not yours"),
    _("We removed it and never send it again."),
    _("If its metadata name you, ask its repository to correct them. Restore in My works brings it back."),
    R.NEVER,
    M.RESTORE,
)
AFTER_RESTORE = _add(
    "after-restore",
    _("Our database was restored from a backup, and this work is not on your ORCID record"),
    _("You may have removed it after the backup was made, so we do not add it again."),
    _("If you want it on your record, choose Restore in My works."),
    R.NEVER,
    M.RESTORE,
)
AUTO_UPDATE_OFF = _add(
    "auto-update-off",
    _("Auto-Update is switched off"),
    _("We send nothing that you did not ask for."),
    _("Switch Auto-Update on in Settings, or add the work by hand."),
    R.NEVER,
    M.SETTINGS,
)
NOT_UPDATED = _add(
    "not-updated",
    _("Not updated: Auto-Update is switched off"),
    _("The work stays on the ORCID record as it is. A later change of its metadata was not sent."),
    _("Switch Auto-Update on in Settings; the next change is sent then."),
    R.NEVER,
    M.SETTINGS,
)
PUT_OFF = _add(
    "put-off",
    _("DataCite's support has put it off"),
    _("It goes on automatically, at the latest after two weeks."),
    _NOTHING,
    R.SLOW,
    M.WAIT,
)
CANCELLED = _add(
    "cancelled",
    _("DataCite's support cancelled it before it was sent"),
    _("Nothing is sent until it is asked for again."),
    _("If you want the work on your record, choose Restore in My works."),
    R.NEVER,
    M.RESTORE,
)
ACCOUNT_CLOSED = _add(
    "account-closed",
    _("The account was closed"),
    _("We send nothing any more."),
    _("Sign in again to open a new account."),
    R.NEVER,
    M.SIGN_IN,
)

# --- the ORCID record --------------------------------------------------------------------------------
WORK_EXISTS = _add(
    "work-exists",
    _("The work is on the record already"),
    _("We adopt the entry that is there and bring it up to date."),
    _NOTHING,
    R.SOON,
    M.WAIT,
)
WORK_GONE = _add(
    "work-gone",
    _("The work is no longer on the ORCID record"),
    _("It stays removed until you ask for it again."),
    _("If you want it back, choose Restore in My works."),
    R.NEVER,
    M.RESTORE,
)
RECORD_MOVED = _add(
    "record-moved",
    _("Your ORCID iD was merged into another one"),
    _("We wait until you sign in with the iD that is kept."),
    _("Sign in again with ORCID; your claims move with you."),
    R.PERMISSION,
    M.SIGN_IN,
)
RECORD_LOCKED = _add(
    "record-locked",
    _("ORCID has locked your record"),
    _("We look again once a day, later once a week."),
    _("Contact ORCID's support about the lock."),
    R.SLOW,
    M.ORCID,
)
RECORD_DEACTIVATED = _add(
    "record-deactivated",
    _("Your ORCID record is deactivated"),
    _("We look again once a day, later once a week."),
    _("Reactivate the record at ORCID if you want works to arrive."),
    R.SLOW,
    M.ORCID,
)
RECORD_UNCLAIMED = _add(
    "record-unclaimed",
    _("The ORCID record has not been claimed by its owner yet"),
    _("We look again once a day, later once a week."),
    _("Follow the link in ORCID's mail to claim the record."),
    R.SLOW,
    M.ORCID,
)
RECORD_UNKNOWN = _add(
    "record-unknown",
    _("ORCID knows no record with this iD"),
    _("We send nothing."),
    _("Check the iD in the DOI's metadata."),
    R.NEVER,
    M.FIX_METADATA,
)
RECORD_FULL = _add(
    "record-full",
    # Exactly this text: today's consumers know it.
    _("Too many claims. Only 10,000 claims allowed."),
    _("ORCID keeps at most 10,000 works a record. We send nothing more until there is space."),
    _("Remove works you do not need from your ORCID record, then try again."),
    R.NEVER,
    M.MAKE_ROOM,
)
PRIVATE_ITEM = _add(
    "private-item",
    _("The work is private on the ORCID record"),
    _("We leave it as it is."),
    _("Make the entry public at ORCID if others should see it."),
    R.NEVER,
    M.ORCID,
)
INBOX_CLOSED = _add(
    "inbox-closed",
    _("The researcher does not want messages in the ORCID inbox"),
    _("We do not ask there."),
    _("Nothing needs to be done."),
    R.NEVER,
    M.NONE,
)

# --- what we send ------------------------------------------------------------------------------------
MISSING_DATA = _add(
    "missing-data",
    # Exactly this text: today's consumers know it.
    _("Missing data"),
    _("The DOI's metadata lack something that ORCID needs. We look again when they change."),
    _("Ask the repository to complete the metadata of the DOI."),
    R.NEVER,
    M.FIX_METADATA,
)
CONTENT_REFUSED = _add(
    "content-refused",
    _("ORCID refused the content of this work"),
    _("We have recorded ORCID's answer and correct our side where we can."),
    _ASK_US,
    R.NEVER,
    M.CONTACT,
)
REQUEST_REFUSED = _add(
    "request-refused",
    _("ORCID refused our request"),
    _("This is a mistake on our side; we have recorded it."),
    _ASK_US,
    R.NEVER,
    M.CONTACT,
)
VISIBILITY_REFUSED = _add(
    "visibility-refused",
    _("Only you can change who sees this work"),
    _("This is a mistake on our side; we have recorded it."),
    _ASK_US,
    R.NEVER,
    M.CONTACT,
)

# --- services ----------------------------------------------------------------------------------------
ORCID_UNAVAILABLE = _add("orcid-unavailable", _("ORCID does not answer"), *_AWAY)
ORCID_BUSY = _add(
    "orcid-busy", _("ORCID asked us to slow down"), _("We wait a moment and go on."), _NOTHING, R.SOON, M.WAIT
)
ORCID_UNCLEAR = _add("orcid-unclear", _("ORCID gave an answer that we cannot read"), *_AWAY)
ORCID_BROKEN = _add("orcid-broken", _("Something broke at ORCID"), *_AWAY)
CLIENT_REFUSED = _add(
    "client-refused",
    _("ORCID does not accept DataCite's own credentials"),
    _("We are alerted at once and keep all works until it is repaired."),
    _NOTHING,
    R.NETWORK,
    M.WAIT,
)
CODE_REFUSED = _add(
    "code-refused",
    _("ORCID did not accept the answer from its own page"),
    _("Nothing was stored."),
    _("Start again from Settings; the answer is only good once and for a short time."),
    R.NEVER,
    M.GRANT,
)
DOI_UNKNOWN = _add(
    "doi-unknown",
    _("DataCite knows no findable DOI with this name"),
    _("We look again when the DOI is registered or becomes findable."),
    _("If the work's own page shows the same DOI, it is not public yet or was hidden: ask its repository."),
    R.NEVER,
    M.FIX_METADATA,
)
DOI_WITHDRAWN = _add(
    "doi-withdrawn",
    _("The DOI was public, and is withdrawn or hidden now"),
    _("We look again when the DOI becomes findable."),
    _("Ask its repository whether it will be public again."),
    R.NEVER,
    M.FIX_METADATA,
)
DOI_ELSEWHERE = _add(
    "doi-elsewhere",
    _("Not registered with DataCite"),
    _("We only send works that are registered with DataCite."),
    _(
        "Add it on your ORCID record, with “Add” and “DOI”, or through its own registration agency, such as"
        " Crossref. If it should be one of DataCite's, compare it with the DOI on the work's own page."
    ),
    R.NEVER,
    M.ORCID,
)
DATACITE_UNAVAILABLE = _add("datacite-unavailable", _("DataCite's metadata service does not answer"), *_AWAY)
DATACITE_UNCLEAR = _add(
    "datacite-unclear", _("DataCite's metadata service answered with something that cannot be read"), *_AWAY
)
DATACITE_REFUSED = _add("datacite-refused", _("DataCite refused our question"), *_AWAY)
DATACITE_BUSY = _add(
    "datacite-busy",
    _("DataCite's metadata service asked us to slow down"),
    _("We wait a moment and go on."),
    _NOTHING,
    R.SOON,
    M.WAIT,
)
DATACITE_SLOW = _add(
    "datacite-slow",
    _("DataCite's metadata service takes longer than usual"),
    _("We go on asking."),
    _NOTHING,
    R.NETWORK,
    M.WAIT,
)
OUR_MISTAKE = _add(
    "our-mistake",
    _("Something broke on our side"),
    _("It was recorded for our engineers. We try again automatically, at growing intervals, for a week."),
    _NOTHING,
    R.NETWORK,
    M.WAIT,
)
VAULT_CLOSED = _add("vault-closed", _("The stored permission cannot be opened"), *_GIVE_AGAIN)

PARKED: Final = tuple(code for code, problem in CATALOGUE.items() if problem.retry is Retry.PERMISSION)
"""Claims that stopped with one of these start again when permission is given."""

_PERSONAL: Final = frozenset({Remedy.GRANT, Remedy.RESTORE, Remedy.SETTINGS, Remedy.SIGN_IN})
PERSONAL: Final = frozenset(code for code, problem in CATALOGUE.items() if problem.remedy in _PERSONAL)
"""Problems that depend on the person's permission or choice: they are not shown outside DataCite."""
