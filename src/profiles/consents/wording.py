"""The sentences that people agree to; they and their version change together."""

from typing import Final

from django.utils.translation import gettext_lazy

from profiles.domain.consent import Purpose

WORDING: Final = "2026-11c"
"""The version of these sentences, which each permission records."""

PURPOSES: Final = {
    Purpose.SEARCH_AND_LINK: {
        "name": gettext_lazy("Search & Link"),
        "may": gettext_lazy(
            "DataCite may add the works you choose to your ORCID record, and remove them again; "
            "it reads your record so that nothing is there twice."
        ),
        "may_not": gettext_lazy("It may not change anything that others put there."),
    },
    Purpose.AUTO_UPDATE: {
        "name": gettext_lazy("ORCID Auto-Update"),
        "may": gettext_lazy(
            "DataCite may add new works that carry your iD to your ORCID record automatically, "
            "and keep them up to date; it reads your record so that nothing is there twice."
        ),
        "may_not": gettext_lazy(
            "It may not bring back what you removed, nor change anything that others put there."
        ),
    },
}
