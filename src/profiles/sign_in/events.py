"""What sign_in adds to support's timeline of a person: ways to sign in, second steps, sessions."""

from typing import Any

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.db.models import Case, F, TextField, Value, When
from django.db.models.functions import Concat
from django.utils.translation import gettext as _

from profiles.accounts.models import Account
from profiles.infra.postgres.event_rows import as_events


def person_events(*, account: Account, **_rest: Any) -> list[Any]:
    """Return the events of a person's sign-in; never an address, a secret or a session's key."""
    added = Value(_("A way to sign in was added: "))
    way = Concat(added, F("provider"), Value("."), output_field=TextField())
    second_step = Case(
        When(type="totp", then=Value(_("A second step was added: an app with codes."))),
        When(type="webauthn", then=Value(_("A second step was added: a passkey."))),
        default=Value(_("Recovery codes were made.")),
        output_field=TextField(),
    )
    session = Value(_("A session was opened; it is still open."))
    return [
        as_events(
            SocialAccount.objects.filter(user=account), "sign-in", at="date_joined", code=way, note="uid"
        ),
        as_events(Authenticator.objects.filter(user=account), "sign-in", at="created_at", code=second_step),
        as_events(
            UserSession.objects.filter(user=account),
            "sign-in",
            at="created_at",
            code=session,
            note="user_agent",
        ),
    ]
