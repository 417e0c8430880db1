"""Sentences for people about works: whom they name, whether they are on a record, what is in the way."""

from typing import Any, Final

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

NAMINGS: Final = {
    "creator": gettext_lazy("yes, as creator"),
    "contributor": gettext_lazy("yes, as contributor"),
    "by-name": gettext_lazy("maybe: somebody of your name, without an iD"),
    "other-id": gettext_lazy("somebody of your name, with another iD"),
    "no": gettext_lazy("no"),
    "": gettext_lazy("not known yet"),
}
ON_RECORD: Final = {
    "datacite": gettext_lazy("yes, from DataCite"),
    "elsewhere": gettext_lazy("yes, from another source"),
    "removed": gettext_lazy("removed by you"),
    "no": gettext_lazy("no"),
    "unknown": gettext_lazy("not known without your permission"),
}
FINDINGS: Final = {
    "unknown": {
        "title": gettext_lazy("DataCite shows no DOI with this name"),
        "you": gettext_lazy(
            "Check it for typing mistakes. If it is right, it is not public yet or was hidden: "
            "ask its repository, and add it again once it can be found."
        ),
    },
    "elsewhere": {
        "title": gettext_lazy("Not registered with DataCite"),
        "you": gettext_lazy(
            "Only DataCite's DOIs can be added here. Add it on your ORCID record, with “Add” and “DOI”, "
            "or through its own registration agency, such as Crossref."
        ),
    },
    "unreadable": {
        "title": gettext_lazy("No DOI found in this"),
        "you": gettext_lazy("A DOI begins with 10. and has a slash, such as 10.5281/zenodo.17."),
    },
}


def on_record_sentence(standing: Any) -> str:
    """Say whether a work is on the person's ORCID record, and from whom."""
    if standing.on_record == "elsewhere" and standing.source:
        return _("yes, from %(source)s") % {"source": standing.source}
    return str(ON_RECORD[standing.on_record])


DRIFT: Final[dict[str, dict[str, Any]]] = {
    "removed": {
        "title": gettext_lazy("You removed them in ORCID"),
        "we": gettext_lazy("We noticed, and do not add them again by ourselves."),
        "you": gettext_lazy("If that was not meant, restore them under My works."),
    },
    "hidden": {
        "title": gettext_lazy("Their DOIs are not public any more"),
        "we": gettext_lazy("They are still on your record."),
        "you": gettext_lazy("Your answer to whether they should stay is asked for under Works to decide."),
    },
    "doubled": {
        "title": gettext_lazy("They are on your record twice, both from us"),
        "we": gettext_lazy("We change only the one that we know of, and leave the other alone."),
        "you": gettext_lazy("Remove the one that you do not want in ORCID."),
    },
    "elsewhere": {
        "title": gettext_lazy("Another source has put them there, too"),
        "we": gettext_lazy("ORCID shows both as one work. There is nothing to do."),
        "you": "",
    },
    "private": {
        "title": gettext_lazy("You made them private in ORCID"),
        "we": gettext_lazy("They stay private; we do not change who may see them."),
        "you": "",
    },
    "adopted": {
        "title": gettext_lazy("We found them on your record again"),
        "we": gettext_lazy("Our note of where they are had been lost. Changes reach them again."),
        "you": "",
    },
}
"""Where an ORCID record and our knowledge of it differ; what needs the person stands first."""
