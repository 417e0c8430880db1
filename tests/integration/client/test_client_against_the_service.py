"""The Python client and the commands that use it, against the service in a process of its own."""

import json
import os
import re
import subprocess
import sys

import pytest
from django.db import connection

from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.domain.claim import ClaimEvent
from profiles.infra.jobs import job_names
from profiles.intake.models import DoiEvent as IncomingEvent
from profiles.intake.models import RepositoryReport
from profiles.webhooks.models import Webhook
from profiles_client import ClaimRequest, DoiEvent, Profiles, ProfilesError
from tests.support.api_callers import ALICE, BOB, personal_key, service_key
from tests.support.claims import waiting_claim
from tests.support.shared import ROOT

pytestmark = pytest.mark.usefixtures("db")
DOI = "10.5438/4hr0-d640"


@pytest.fixture
def db(committed):
    """The database, as the service in its own process sees it too; what calls left in it is forgotten."""
    yield
    for left in (RepositoryReport, IncomingEvent, Webhook):
        left.objects.all().delete()
    with connection.cursor() as cursor:
        jobs = [job_names.REPORT, job_names.DECIDE_EVENTS, job_names.SEND_DELIVERIES]
        cursor.execute("DELETE FROM procrastinate_jobs WHERE task_name = ANY(%s)", [jobs])


@pytest.fixture
def url(place):
    return f"http://{place[0]}:{place[1]}"


@pytest.fixture
def agent(url):
    with Profiles(url, token=service_key()) as profiles:
        yield profiles


def test_a_claim_is_asked_for_read_asked_for_again_and_taken_back(agent):
    made = agent.claims.create(orcid=ALICE, doi=f"https://doi.org/{DOI.upper()}")
    services.move(claim_id=Claim.objects.get().id, event=ClaimEvent.FAIL, problem="consent-missing")
    failed = agent.claims.get(made.id)
    again = agent.claims.retry(failed)
    removed = agent.claims.delete(made.id)

    assert (made.orcid, made.doi, made.state, made.source) == (ALICE, DOI, "waiting", "orcid_search")
    assert (failed.state, failed.problems[0].code) == ("failed", "consent-missing")
    assert (again.id, again.state, again.problems) == (made.id, "waiting", ())
    assert (removed.id, removed.action) == (made.id, "delete")


def test_lists_go_through_all_pages(agent):
    wishes = [
        ClaimRequest(orcid=ALICE, doi=f"10.5072/{number}", source="orcid_update") for number in range(250)
    ]
    (batch,) = agent.batches.create_all(wishes)
    waiting_claim(BOB, "10.5072/a,b")

    listed = [claim.doi for claim in agent.claims.list(orcid=ALICE)]
    results = list(agent.batches.results(batch.id))

    assert sorted(listed) == sorted(wish.doi for wish in wishes)
    assert [result.number for result in results] == list(range(1, 251))
    assert [claim.orcid for claim in agent.claims.list(dois=["10.5072/a,b", "10.5072/none"])] == [BOB]
    page = agent.claims.page(size=3, sort="doi", sources=["orcid_update"])
    assert (len(page.claims), page.total, page.counts["users"]) == (3, 250, {ALICE: 250})


@pytest.mark.parametrize(
    "filters", [{"dois": []}, {"ids": ()}, {"states": []}, {"sources": []}, {"actions": ()}]
)
def test_a_list_narrowed_to_none_is_empty_and_not_everything(agent, filters):
    agent.claims.create(orcid=ALICE, doi=DOI)

    assert list(agent.claims.list(**filters)) == []
    assert agent.claims.page(**filters).total == 0


def test_people_are_announced_and_read(agent, url):
    announced = agent.users.put(ALICE, name="Josiah Carberry", family_name="Carberry")

    assert (announced.orcid, announced.name, announced.is_active) == (ALICE, "Josiah Carberry", False)
    with Profiles(url) as anybody:
        assert anybody.users.get(ALICE).family_name == "Carberry"
        assert [user.orcid for user in anybody.users.list(query="carb")] == [ALICE]
        assert anybody.users.page(size=0).total == 1


def test_a_webhook_is_registered_changed_pinged_and_deleted(agent):
    made = agent.webhooks.create(name="Agent", url="http://127.0.0.1:9/hook", events=["claim.done"])
    changed = agent.webhooks.change(made.id, name="Renamed", active=False)
    renewed = agent.webhooks.renew_secret(made.id)
    agent.webhooks.ping(made.id)
    (message,) = agent.webhooks.deliveries(made.id)
    again = agent.webhooks.replay(made.id, deliveries=[message.id])
    listed = [one.name for one in agent.webhooks.list()]
    agent.webhooks.delete(made.id)

    assert (changed.name, changed.active, changed.stopped_because) == ("Renamed", False, "switched off")
    assert made.secret != renewed.secret
    assert (message.event, message.state, message.tries) == ("ping", "waiting", ())
    assert (again, listed, list(agent.webhooks.list())) == (1, ["Renamed"], [])


def test_dois_are_announced_and_counted_once(agent):
    events = [DoiEvent(id="evt-1", doi=DOI), DoiEvent(id="evt-2", doi="hello")]

    first, again = agent.doi_events.announce(events), agent.doi_events.announce(events)

    assert (first.accepted, first.known, [one.id for one in first.refused]) == (1, 0, ["evt-2"])
    assert (again.accepted, again.known) == (0, 1)


def test_a_refusal_carries_what_the_service_said(agent, url):
    alice = Account.objects.create(orcid_id=ALICE)
    agent.batches.create([ClaimRequest(orcid=ALICE, doi=DOI, source="orcid_search")], key="k")
    refused = []
    with Profiles(url, token=personal_key(alice)) as person, Profiles(url) as nobody:
        for call in (
            nobody.claims.page,
            lambda: person.claims.create(orcid=BOB, doi=DOI),
            lambda: person.claims.create(orcid=ALICE, doi="hello"),
            lambda: agent.batches.create([ClaimRequest(orcid=BOB, doi=DOI, source="orcid_search")], key="k"),
        ):
            with pytest.raises(ProfilesError) as error:
                call()
            refused.append((error.value.status, error.value.source, error.value.code))

    assert refused == [(401, "", ""), (403, "", ""), (422, "doi", ""), (409, "", "key-used")]


def test_the_examples_of_the_page_run(url):
    page = (ROOT / "docs/dev/python-client.md").read_text()
    program = "\n".join(re.findall(r"```python\n(.*?)```", page, flags=re.DOTALL))
    repository = service_key(name="r", repository="datacite.test")
    tokens = {"PROFILES_TOKEN": service_key(), "REPOSITORY_TOKEN": repository}
    places = {"PROFILES_URL": url, "RECEIVER_URL": "http://127.0.0.1:9/hook"}

    done = run([sys.executable, "-W", "error", "-c", program], **places, **tokens)

    assert done.returncode == 0, done.stderr
    assert "26 doi-unreadable Write the DOI bare" in done.stdout
    assert "['0000-0002-1825-0097']" in done.stdout


def run(command, *, written="", **variables):
    kept = {name: value for name, value in os.environ.items() if name != "DJANGO_SETTINGS_MODULE"}
    return subprocess.run(
        command, env={**kept, "PYTHONPATH": str(ROOT / "src"), **variables}, input=written,
        capture_output=True, text=True, check=False, cwd=ROOT,
    )  # fmt: skip


@pytest.fixture
def command(url, tmp_path):
    """Run ``profiles claims …`` with the token of a service in a file."""
    file = tmp_path / "token"
    file.write_text(service_key(name="command") + "\n")

    def claims(*words, written="", **variables):
        variables = variables or {"PROFILES_TOKEN_FILE": str(file)}
        return run(
            [sys.executable, "-m", "profiles", "claims", "--url", url, *words], written=written, **variables
        )

    return claims


def test_commands_ask_for_a_claim_and_show_it(command):
    added = command("add", ALICE, DOI)
    claim = Claim.objects.get()
    services.move(claim_id=claim.id, event=ClaimEvent.FAIL, problem="consent-missing")
    shown = command("show", str(claim.uuid))
    listed = command("list", "--orcid", ALICE, "--state", "failed", "--json")

    assert added.stdout == f"{claim.uuid}\t{ALICE}\t{DOI}\tcreate\twaiting\n"
    assert shown.stdout.endswith("failed\tNo user and/or ORCID token [consent-missing]\n")
    assert json.loads(listed.stdout)["id"] == str(claim.uuid)


def test_a_file_of_claims_is_asked_for_and_may_be_sent_again(command, tmp_path):
    file = tmp_path / "works.csv"
    file.write_text(f"orcid,doi\n{ALICE},10.5072/a\n{BOB},10.5072/b\n{BOB},hello\n", encoding="utf-8-sig")

    first = command("bulk", str(file))
    again = command("bulk", str(file))
    lines = "\n".join(
        json.dumps({"orcid": ALICE, "doi": f"10.5072/{n}", "claim_action": "delete"}) for n in "cd"
    )
    piped = command("bulk", "-", written=lines)

    assert (first.returncode, again.returncode, piped.returncode) == (1, 1, 0)
    assert "2 accepted, 1 refused; 2 waiting" in first.stdout
    assert "item 3: doi: Is not a DOI [doi-unreadable]" in first.stderr
    assert first.stdout == again.stdout
    name = re.search(r"Batch (\S+):", first.stdout)[1]
    refused = command("batch", name, "--state", "refused")
    assert "item 3: doi: Is not a DOI" in refused.stdout
    assert sorted(Claim.objects.values_list("doi", "action")) == [
        ("10.5072/a", "create"), ("10.5072/b", "create"), ("10.5072/c", "delete"), ("10.5072/d", "delete"),
    ]  # fmt: skip


def test_a_command_says_what_went_wrong_and_never_the_token(command, tmp_path):
    (tmp_path / "none.csv").write_text("")
    (tmp_path / "broken.jsonl").write_text('{"orcid": ')
    (tmp_path / "latin.csv").write_bytes(b"orcid,doi\n\xe9")
    wrong = "dcp_svc_" + "w" * 40

    for words, variables, said in (
        (("list",), {"PROFILES_TOKEN": wrong}, "401 Bad credentials."),
        (("list",), {"PROFILES_TOKEN": ""}, "--token-file"),
        (("list",), {"PROFILES_TOKEN_FILE": str(tmp_path / "missing")}, "cannot be read"),
        (("show", "nonsense"), {}, "404"),
        (("bulk", str(tmp_path / "none.csv")), {}, "holds no claims"),
        (("bulk", str(tmp_path / "broken.jsonl")), {}, "neither CSV"),
        (("bulk", str(tmp_path / "latin.csv")), {}, "not text in UTF-8"),
    ):
        done = command(*words, **variables)
        assert done.returncode == 1
        assert said in done.stderr
        assert "Traceback" not in done.stderr
        assert wrong not in done.stderr + done.stdout
