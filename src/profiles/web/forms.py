"""What people may type about themselves."""

from typing import ClassVar

from django import forms
from django.utils.translation import gettext_lazy as _


class ProfileForm(forms.Form):
    """A person's own names and the like. Nothing here gives rights; other fields are not looked at."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False)
    other_names = forms.CharField(
        label=_("Other names"), max_length=500, required=False, help_text=_("separated by semicolons")
    )
    organisation = forms.CharField(label=_("Organisation"), max_length=200, required=False)

    wanted: ClassVar[tuple[str, ...]] = ("name", "other_names", "organisation")

    def clean_other_names(self) -> list[str]:
        """Split the names."""
        return [part.strip() for part in str(self.cleaned_data["other_names"]).split(";") if part.strip()][
            :20
        ]


class SwitchForm(forms.Form):
    """The two switches of the Update dialog."""

    is_public = forms.BooleanField(label=_("Show my record in DataCite services"), required=False)
    auto_update = forms.BooleanField(
        label=_("Auto-Update: send new works to my ORCID record"), required=False
    )
