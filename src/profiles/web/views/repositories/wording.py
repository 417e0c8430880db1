"""Words about what a repository is asked to correct in its metadata."""

from typing import Final

from django.utils.translation import gettext_lazy as _

from profiles.domain.matching.id_corrections import Advice

ADVICE: Final = {
    Advice.READABLE: _("The iD is in there, with something else. Write only the iD."),
    Advice.MISTYPED: _(
        "This iD is mistyped: its last character does not fit the others. Ask the author, or remove it."
    ),
    Advice.EXAMPLE: _("This iD is an example from documentation. Ask the author for theirs, or remove it."),
    Advice.SANDBOX: _("This iD is from ORCID’s test system. Ask the author for theirs, or remove it."),
    Advice.EMPTY: _(
        "Nothing is left of it, because DataCite removes what it cannot read as an iD. "
        "Write the author’s iD, or remove the empty entry."
    ),
    Advice.OTHER: _("This is no ORCID iD. Give it its own scheme, or remove it."),
    Advice.NOT_MINE: _("The owner of this iD says that they are someone else. Remove the iD."),
    Advice.OTHER_ID: _(
        "A person who signed in with this iD says that they are this author. Check it, then write this iD."
    ),
}
"""What is wrong with a value, and what to do; the new value, where there is one, is shown beside it."""
