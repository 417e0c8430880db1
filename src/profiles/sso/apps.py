"""Django's entry for this package."""

from functools import partial
from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from profiles.accounts import session_facts


class SsoConfig(AppConfig):
    """Signing people in to DataCite's services."""

    name = "profiles.sso"
    label = "sso"

    def ready(self) -> None:
        """Connect signals about people and sessions; accept access tokens; register what is sealed."""
        from profiles.accounts import bearer, signals
        from profiles.accounts.authorization import asking_services
        from profiles.infra import resealing, start_checks
        from profiles.infra.start_checks import StartCheck
        from profiles.sso import keys, models, subjects
        from profiles.sso.registry import preregistered_clients

        signals.signed_in.connect(_signed_in, dispatch_uid="sso")
        signals.signed_out.connect(_signed_out, dispatch_uid="sso")
        signals.changed.connect(_changed, dispatch_uid="sso")
        signals.sessions_ended.connect(_sessions_ended, dispatch_uid="sso")
        signals.signed_out_everywhere.connect(_signed_out_everywhere, dispatch_uid="sso")
        signals.closed.connect(_closed, dispatch_uid="sso")
        signals.tidy_up.connect(_tidy_up, dispatch_uid="sso")
        signals.data_export_requested.connect(_everything, dispatch_uid="sso")
        signals.person_events_requested.connect(_events, dispatch_uid="sso")
        bearer.accept(_access_token)
        asking_services.register(_asking_service)
        for name, model, column, purpose in (
            ("signing keys", models.SigningKey, "private", keys.PURPOSE),
            ("subject salt", models.SubjectSalt, "sealed", subjects.PURPOSE),
        ):
            resealing.register(
                resealing.SealedColumns(name, model, (column,), partial(_fixed_purpose, purpose))
            )
        words = "the JSON list of services that sign people in through us"
        start_checks.register(StartCheck("PROFILES_RELYING_PARTIES", words, preregistered_clients.check_file))
        post_migrate.connect(_migrated, sender=self, dispatch_uid="sso.preregistered_clients")


def _migrated(**_rest: Any) -> None:
    from profiles.sso.registry import preregistered_clients

    preregistered_clients.sync_all()


def _fixed_purpose(purpose: str, _row: Any) -> str:
    return purpose


def _signed_in(*, request: HttpRequest, **_rest: Any) -> None:
    from profiles.sso.cookie import shared_cookie

    shared_cookie.forget(request)


def _signed_out(*, request: HttpRequest, response: HttpResponse, account: Any, **_rest: Any) -> None:
    """Clear the shared cookie; a redirect to our own pages leads to the progress of the sign-out."""
    from profiles.sso.cookie import shared_cookie
    from profiles.sso.protocol import logout

    shared_cookie.clear(response)
    sid = session_facts.sid_of(request.session)
    if account is None or not sid:
        return
    key = logout.new_page_key()
    notices = logout.end_sessions(account=account, sids=[sid], page_key=key)
    if notices and response.headers.get("Location", "").startswith("/"):
        response.headers["Location"] = reverse("signed_out", args=[key])


def _changed(*, request: HttpRequest, response: HttpResponse, account: Any, **_rest: Any) -> None:
    from profiles.sso.cookie import shared_cookie

    shared_cookie.write(request, response, account)


def _sessions_ended(*, account: Any, sids: list[str], **_rest: Any) -> None:
    from profiles.sso.protocol import logout

    logout.end_sessions(account=account, sids=sids)


def _signed_out_everywhere(*, account: Any, **_rest: Any) -> None:
    from profiles.sso.protocol import logout

    logout.end_first_party_grants(account)


def _closed(*, account: Any, **_rest: Any) -> None:
    from profiles.sso.protocol import logout

    logout.end_account(account)


def _tidy_up(**_rest: Any) -> None:
    from profiles.sso import keys, purge

    purge.delete_expired()
    keys.rotate()


def _asking_service(return_to: str) -> Any:
    from profiles.sso.protocol import pending

    return pending.service_of(return_to)


def _access_token(token: str) -> Any:
    from profiles.sso import access

    return access.authenticate_access_token(token)


def _everything(**what: Any) -> dict[str, Any]:
    from profiles.sso.person import data_export

    return data_export.everything(**what)


def _events(**what: Any) -> list[Any]:
    from profiles.sso.person import events

    return events.person_events(**what)
