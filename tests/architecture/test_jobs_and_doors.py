import pytest
from dev.catalogue_pages import EVENTS, STATES
from django.urls import URLPattern, URLResolver, get_resolver

from profiles.domain.claim import ClaimEvent, ClaimState
from profiles.domain.problems import CATALOGUE
from profiles.infra.jobs import job_names as outbox
from profiles.infra.jobs.queue import app
from profiles.pipeline.works import timeline_words
from profiles.web import wording

NO_ONES = "00000000-0000-0000-0000-000000000000"
CHANNELS = {"LANES_CHANNEL", "QUEUE", "SLOW_QUEUE", "RECEIVERS_QUEUE", "FILES_QUEUE"}
OPEN_TO_ALL = {
    "", "heartbeat", "readyz", "status", "status.json",
    "sign_in", "sign_in/second-step", "sign_out", "auth", "link_orcid", "link_orcid/confirm",
    "why", "style", "confirmations", "confirmations/",
    "users/auth/<slug:provider_id>", "users/auth/<slug:provider_id>/callback",
    "orcid/<purpose:purpose>/callback", "settings", "users", "users/", "users/<orcid>", "users/<orcid>/",
    "api/docs", "api/openapi.json", "profiles/graphql", "profiles/graphql/",
    "goodbye/<uuid:uuid>", "goodbye/<uuid:uuid>.json", "mails/stop/<str:token>",
    "my-repository", "my-repository/leave",
    "my-repository/mails/confirm/<str:token>", "my-repository/mails/stop/<str:token>",
    ".well-known/openid-configuration", ".well-known/oauth-authorization-server", ".well-known/jwks.json",
    "oauth/authorize", "oauth/resume/<slug:key>", "oauth/resume/<slug:key>/cancel", "oauth/token",
    "oauth/revoke", "oauth/introspect", "oauth/par", "oauth/device", "oauth/logout",
    "robots.txt", "favicon.ico", ".well-known/security.txt", ".well-known/passkey-endpoints",
    "oauth/logout/confirm", "signed_out", "signed_out/<slug:key>", "services/<str:client_id>/logo",
}  # fmt: skip
"""Everybody may open these; each decides by itself what it shows to whom."""


def job_names() -> list[str]:
    return [value for name, value in vars(outbox).items() if name.isupper() and name not in CHANNELS]


@pytest.mark.parametrize("name", job_names())
def test_every_job_that_has_a_name_has_a_person_who_does_it(name):
    task = app.tasks[name]

    queues = {outbox.QUEUE, outbox.SLOW_QUEUE, outbox.RECEIVERS_QUEUE, outbox.FILES_QUEUE}
    assert task.queue in queues


def test_every_problem_has_its_sentences_and_its_line_in_the_docs():
    from tests.support.shared import ROOT

    page = (ROOT / "docs" / "errors.md").read_text()

    for code, problem in CATALOGUE.items():
        assert problem.title, code
        assert problem.we, code
        assert problem.you, code
        assert f"`{code}`" in page


def test_every_state_and_event_has_words_for_people():
    assert set(wording.STATES) == {state.value for state in ClaimState} == {state.value for state in STATES}
    assert (
        set(timeline_words.EVENTS)
        == {event.value for event in ClaimEvent}
        == {event.value for event in EVENTS}
    )


def routes(patterns, before="") -> list[str]:
    found = []
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            found += routes(pattern.url_patterns, before + str(pattern.pattern))
        elif isinstance(pattern, URLPattern):
            found.append(before + str(pattern.pattern))
    return found


ROUTES = sorted(set(routes(get_resolver().url_patterns)) - OPEN_TO_ALL)


@pytest.mark.django_db
@pytest.mark.parametrize("route", ROUTES)
def test_every_other_address_asks_who_is_there(client, route):
    samples = {
        "<uuid:uuid>": NO_ONES,
        "<uuid>": NO_ONES,
        "<int:key_id>": "1",
        "<int:number>": "1",
        "<int:webhook_id>": "1",
        "<path:rest>": "nothing/here",
        "<slug:action>": "again",
        "<repository>": "datacite.test",
        "<str:repository>": "datacite.test",
        "<slug:form>": "csv",
        "<str:client_id>": "nobody",
        "<slug:secret>": "nobodys",
        "<slug:code>": "not-mine",
        "<slug:act>": "try-again",
        "<str:orcid_id>": "0000-0002-1825-0097",
        "<path:doi>": "10.5072/a",
        "<slug:reason>": "raid",
        "<purpose:purpose>": "auto_update",
        "<slug:provider_id>": "globus",
        "<str:signed>": "0000-0002-1825-0097:forged",
    }
    address = "/" + route
    for name, value in samples.items():
        address = address.replace(name, value)
    assert "<" not in address, f"say what stands for a part of {route}"

    for answer in (client.get(address), client.post(address)):
        refused = answer.status_code in {401, 403, 404, 405}
        led_to_sign_in = answer.status_code == 302 and "/sign_in" in answer["Location"]
        assert refused or led_to_sign_in, (route, answer.status_code)
