"""What a scope lets a program do, in words for people."""

from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.domain.access.roles import Scope

SCOPE_WORDS: Final[dict[str, str | Promise]] = {
    Scope.CLAIMS_READ.value: _("see which works are claimed, and their state"),
    Scope.CLAIMS_WRITE.value: _("add works to the ORCID record, and take them off"),
    Scope.PROFILE_READ.value: _("read my profile, with my e-mail address"),
    Scope.PROFILE_WRITE.value: _("change my name here"),
    Scope.PEOPLE_WRITE.value: _("announce people and their names"),
    Scope.DOI_EVENTS_WRITE.value: _("announce DOIs that changed"),
    Scope.WEBHOOKS.value: _("be notified of what happened to claims"),
    Scope.REPOSITORY_READ.value: _("read the counts of a repository's or member's DOIs"),
}


def scope_choices(scopes: list[Scope]) -> list[tuple[str, str | Promise]]:
    """Return scopes as a form offers them."""
    return [(scope.value, SCOPE_WORDS[scope.value]) for scope in scopes]
