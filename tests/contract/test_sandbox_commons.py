"""The stand-ins for Commons and Fabrica, and the mailbox: what links lead to, and what they refuse."""

from email.message import EmailMessage

import pytest
import requests
from click.testing import CliRunner

from sandbox.scenario import main
from sandbox.serving import DEFAULT_PORTS, DOIS_FILE, started
from tests.support.shared import ROOT

ALICE, TIDE = "0009-0001-0000-0014", "10.5072/tide-gauges"
LIMIT = 20


@pytest.fixture(scope="module")
def mails(tmp_path_factory):
    return tmp_path_factory.mktemp("mails")


@pytest.fixture(scope="module")
def stands(mails):
    with started(dois=[DOIS_FILE], mails=mails) as stands:
        yield stands


def read(url: str, **more) -> str:
    return requests.get(url, timeout=LIMIT, **more).text


def test_a_persons_page_and_the_search_of_commons_lead_to_works(stands):
    for address in (f"/orcid.org/{ALICE}", f"/doi.org?query={ALICE}", "/doi.org?query=tide+gauge", "/"):
        assert f'href="/doi.org/{TIDE}"' in read(f"{stands.commons.url}{address}"), address
    assert TIDE not in read(f"{stands.commons.url}/orcid.org/0009-0001-0000-0049")


def test_signed_out_a_work_in_commons_cannot_be_added_and_says_why(stands):
    page = read(f"{stands.commons.url}/doi.org/{TIDE}")

    assert '<button type="submit" disabled>Add to ORCID Record</button>' in page
    assert "to add this work to your ORCID record." in page


@pytest.mark.parametrize("cookie", ["", "nonsense", "%7B%22authenticated%22%3A%7B%7D%7D"])
def test_a_cookie_without_id_and_name_is_read_as_signed_out(stands, cookie):
    page = read(f"{stands.commons.url}/doi.org/{TIDE}", cookies={"_datacite": cookie})

    assert "Sign In" in page


def test_while_profiles_does_not_answer_commons_shows_that_the_claim_was_not_fetched(stands):
    # The token is read without a check of its signature, as Commons does.
    token = "e30.eyJ1aWQiOiAiMDAwOS0wMDAxLTAwMDAtMDAxNCIsICJuYW1lIjogIkFsaWNlIn0.x"
    cookie = '{"authenticated":{"access_token":"' + token + '"}}'
    stands.commons.order("profiles", {"url": "http://127.0.0.1:9"})

    page = read(f"{stands.commons.url}/doi.org/{TIDE}", cookies={"_datacite": requests.utils.quote(cookie)})

    assert "Error fetching claim." in page
    assert "DataCite Profiles does not answer" in page
    assert "Add to ORCID Record" not in page


def test_fabrica_lists_the_dois_that_hold_an_id(stands):
    page = read(f"{stands.fabrica.url}/dois?query={ALICE}")

    assert TIDE in page
    assert "0 DOIs." in read(f"{stands.fabrica.url}/dois?query=0009-0001-0000-0049")


def test_the_mailbox_shows_mails_with_their_links_and_as_text_only(stands, mails):
    message = EmailMessage()
    message["Subject"], message["To"] = "Please confirm <b>", "alice@univ.example"
    message.set_content("Follow http://localhost:8000/email/confirm?key=x and not <script>.")
    (mails / "one.eml").write_bytes(message.as_bytes())

    listed, shown = read(stands.mail.url), read(f"{stands.mail.url}/mails/one")

    assert "Please confirm &lt;b&gt;" in listed
    assert 'href="http://localhost:8000/email/confirm?key=x"' in shown
    assert "<script>" not in shown
    assert requests.get(f"{stands.mail.url}/mails/two", timeout=LIMIT).status_code == 404


def test_a_scenario_follows_the_shift_of_the_ports(stands):
    shift = int(stands.datacite_url.rsplit(":", 1)[1]) - DEFAULT_PORTS["datacite"]
    file = str(ROOT / "dev" / "scenarios" / "title-corrected.json")

    done = CliRunner().invoke(main, [file], env={"PROFILES_PORT_SHIFT": str(shift)})

    assert (done.exit_code, "done: The title is corrected" in done.output) == (0, True), done.output
