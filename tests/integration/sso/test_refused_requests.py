"""What an integrator learns of an authorization request that is refused without a redirect."""

import pytest

from tests.support import sso

pytestmark = pytest.mark.django_db
WRONG = "https://service.example/back/"


def refused(client, **changes: str) -> str:
    answer = client.get("/oauth/authorize", sso.register().request(**changes))
    assert answer.status_code == 400
    return answer.content.decode()


def test_in_a_test_installation_the_page_says_what_does_not_match(client, capsys):
    page = refused(client, redirect_uri=WRONG)

    assert f"redirect_uri {WRONG} is not registered" in page
    assert sso.BACK in page
    assert "client_id nobody is not registered" in refused(client, client_id="nobody")


def test_elsewhere_the_page_names_nothing_and_the_log_names_the_client(client, capsys, settings):
    production = settings.ENVIRONMENT.model_copy(update={"PROFILES_MODE": "production"})
    party = sso.register()
    settings.ENVIRONMENT = production

    page = client.get("/oauth/authorize", party.request(redirect_uri=WRONG), secure=True)

    assert page.status_code == 400
    assert WRONG not in page.content.decode()
    line = next(line for line in capsys.readouterr().out.splitlines() if "sso.request_refused" in line)
    assert party.row.client_id in line
    assert "redirect_uri" in line
    assert WRONG not in line


def test_an_error_that_goes_back_to_the_service_is_in_the_log_too(client, capsys):
    party = sso.register()

    assert sso.answer_of(client.get("/oauth/authorize", party.request(response_type="token")))["error"]
    line = next(line for line in capsys.readouterr().out.splitlines() if "sso.request_refused" in line)
    assert party.row.client_id in line
    assert "unsupported_response_type" in line
