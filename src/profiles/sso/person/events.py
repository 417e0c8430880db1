"""What the OpenID provider adds to support's timeline of a person: services, and what became of access."""

from typing import Any

from django.db.models import Case, OuterRef, Subquery, TextField, Value, When
from django.db.models.functions import Coalesce, Concat
from django.utils.translation import gettext as _

from profiles.accounts.models import Account
from profiles.infra.postgres.event_rows import as_events
from profiles.sso.audit import Event
from profiles.sso.models import AuditEntry, RelyingParty


def person_events(*, account: Account, **_rest: Any) -> list[Any]:
    """Return what happened between a person and the services that sign people in here."""
    sentences = {
        Event.SIGNED_IN: _("Signed in to a service: "),
        Event.APPROVED: _("Allowed a service access: "),
        Event.REFUSED: _("Refused a service access: "),
        Event.REMOVED: _("Took back a service's access: "),
        Event.REVOKED: _("The access of a service ended: "),
    }
    said = Case(
        *(When(event=event.value, then=Value(text)) for event, text in sentences.items()),
        output_field=TextField(),
    )
    names = RelyingParty.objects.filter(client_id=OuterRef("client_id")).values("name")
    service = Coalesce(Subquery(names), "client_id", output_field=TextField())
    rows = AuditEntry.objects.filter(account_id=account.pk, event__in=[event.value for event in sentences])
    code = Concat(said, service, Value("."), output_field=TextField())
    return [as_events(rows, "service", at="at", code=code, note="note")]
