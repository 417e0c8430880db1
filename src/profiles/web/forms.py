"""Forms about the account and its settings."""

from typing import Any

from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from profiles.accounts.chosen_mails import ChosenMail
from profiles.infra.web.readable_names import refuse_unreadable


class ProfileForm(forms.Form):
    """A person's own names and language. Nothing here gives rights; other fields are ignored."""

    name = forms.CharField(label=_("Name"), max_length=200, required=False, validators=[refuse_unreadable])
    other_names = forms.CharField(
        label=_("Other names"),
        max_length=500,
        required=False,
        help_text=_("separated by semicolons"),
        validators=[refuse_unreadable],
    )
    organisation = forms.CharField(
        label=_("Organisation"), max_length=200, required=False, validators=[refuse_unreadable]
    )
    language = forms.ChoiceField(
        label=_("Language of pages and e-mails"), choices=settings.LANGUAGES, required=False
    )

    def own_fields(self) -> dict[str, Any]:
        """Return the values to change: the fields of this form and no others."""
        kept = set() if self.cleaned_data["language"] else {"language"}
        return {name: self.cleaned_data[name] for name in self.fields if name not in kept}

    def clean_other_names(self) -> list[str]:
        """Split the names at semicolons."""
        return [part.strip() for part in str(self.cleaned_data["other_names"]).split(";") if part.strip()][
            :20
        ]


class SwitchForm(forms.Form):
    """The two switches of the Update dialog."""

    is_public = forms.BooleanField(label=_("Show my record in DataCite services"), required=False)
    auto_update = forms.BooleanField(
        label=_("Auto-Update: send new works to my ORCID record"), required=False
    )


class EmailForm(forms.Form):
    """An address to confirm."""

    email = forms.EmailField(
        label=_("E-mail address"), max_length=254, widget=forms.EmailInput(attrs={"autocomplete": "email"})
    )


class ChosenMailsForm(forms.Form):
    """The mails that a person may ask for."""

    mails = forms.MultipleChoiceField(
        label=_("Also write to me"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        choices=[
            (ChosenMail.FIRST_WORK.value, _("when my first work is on my ORCID record")),
            (ChosenMail.DIGEST.value, _("a summary of what arrived, at most once in four weeks")),
        ],
    )


class LeavingForm(forms.Form):
    """What happens to the works, and the confirmation to close the account."""

    works = forms.ChoiceField(
        label=_("The works that DataCite put on your ORCID record"),
        widget=forms.RadioSelect,
        initial="keep",
        choices=[
            ("keep", _("leave them there")),
            ("remove", _("take them off the record")),
        ],
    )
    sure = forms.BooleanField(
        label=_("Close my account. I know that this cannot be undone."),
        error_messages={"required": _("Tick this box if you are sure.")},
    )
