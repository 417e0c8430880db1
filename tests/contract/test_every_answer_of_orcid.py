"""Every error code of ORCID's member API, by real HTTP and a real worker, ends where the catalogue says."""

import json

import pytest

from profiles.claims import selectors
from profiles.domain.claim import ClaimAction
from profiles.domain.problem import Retry
from profiles.domain.problems import CATALOGUE
from sandbox.orcid.wire.errors import ENTRIES
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, bulk, permitted, registered, run_lanes, settle, works_of

pytestmark = [pytest.mark.contract, pytest.mark.django_db(transaction=True)]
DOI = "10.5072/answers"

REFUSED_CONTENT = (9001, 9006, 9012, 9020, 9022, 9023, 9026, 9033, 9037, 9045, 9046, 9047, 9049, 9050, 9051,
                   9053, 9054, 9055, 9058, 9060, 9061, 9062)  # fmt: skip
OUR_MISTAKE = (9005, 9009, 9019, 9024, 9025, 9028, 9029, 9030, 9031, 9034, 9039, 9040, 9041, 9042, 9043, 9052)
ANSWERS = {
    **dict.fromkeys(REFUSED_CONTENT, ("content-refused", "failed")),
    **dict.fromkeys(OUR_MISTAKE, ("request-refused", "failed")),
    9002: ("token-refused", "waiting"),
    9004: ("wrong-source", "failed"),
    9007: ("record-moved", "failed"),
    9008: ("orcid-broken", "waiting"),
    9010: ("wrong-source", "failed"),
    9011: ("record-unknown", "failed"),
    9013: ("private-item", "failed"),
    9014: ("wrong-source", "failed"),
    9015: ("scope-missing", "failed"),
    9016: ("record-unknown", "failed"),
    9017: ("wrong-person", "failed"),
    9018: ("record-locked", "waiting"),
    9027: ("client-refused", "waiting"),
    9032: ("inbox-closed", "failed"),
    9035: ("visibility-refused", "failed"),
    9036: ("record-unclaimed", "waiting"),
    9038: ("scope-missing", "failed"),
    9044: ("record-deactivated", "waiting"),
    9048: ("record-full", "failed"),
    9057: ("client-refused", "waiting"),
}


def body_of(code: int, status: int) -> str:
    return json.dumps(
        {
            "response-code": status,
            "developer-message": f"{status}: said by the stand-in",
            "user-message": "said by the stand-in",
            "error-code": code,
            "more-info": "https://members.orcid.org/api/resources/troubleshooting",
        }
    )


def status_of(code: int) -> int:
    entry = ENTRIES.get(code)
    return entry.status if entry else 400


@pytest.mark.parametrize("code", sorted(ANSWERS))
def test_each_error_code_leads_to_its_problem_its_state_and_its_sentences(orcid, datacite, code):
    problem, state = ANSWERS[code]
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    orcid.fail_next(
        path="/work",
        method="POST",
        status=status_of(code),
        body=body_of(code, status_of(code)),
        content_type="application/json",
    )

    run_lanes(seconds=0.6)

    settle(claim)
    entry = CATALOGUE[problem]
    assert (claim.problem, claim.state) == (problem, state)
    assert str(code) in claim.detail
    assert (claim.due_at is not None) == (state == "waiting")
    assert entry.title
    assert entry.we
    assert entry.you
    assert selectors.attempts_of(claim)[0].problem in {problem, "work-gone"}


def test_no_code_of_the_contract_is_without_a_meaning():
    assert set(ENTRIES) - set(ANSWERS) - {9021, 9056} == set()


@pytest.mark.parametrize("status", [429, 503])
def test_too_many_calls_make_everyone_slow_down(orcid, datacite, status):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    orcid.fail_next(path="/work", method="POST", status=status, body="slow down")

    run_lanes(seconds=0.6)

    assert (settle(claim).state, claim.problem) == ("waiting", "orcid-busy")


@pytest.mark.parametrize(
    "fault",
    [
        {"status": 500, "body": "<html>oh</html>"},
        {"status": 502, "body": ""},
        {"status": 504, "body": ""},
        {"status": 520, "body": "<html>cloud</html>", "content_type": "text/html"},
        {"drop": True},
        {"delay_ms": 5000},
    ],
    ids=["500", "502", "504", "520 of the delivery network", "dropped", "no answer in time"],
)
def test_outages_are_waited_for(orcid, datacite, fault):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    orcid.fail_next(path="/work", method="POST", **fault)

    run_lanes(seconds=0.6)

    assert (settle(claim).state, claim.problem) == ("waiting", "orcid-unavailable")
    assert CATALOGUE[claim.problem].retry is Retry.NETWORK


@pytest.mark.parametrize("body", ["", "not json", '{"strange": 1}'], ids=["empty", "no JSON", "unknown JSON"])
def test_an_answer_that_cannot_be_read_is_not_taken_for_a_success(orcid, datacite, body):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    orcid.fail_next(path="/work", method="POST", status=201, body=body)

    run_lanes(seconds=0.6)

    assert (settle(claim).state, claim.problem) == ("waiting", "orcid-unclear")


def test_removing_what_is_gone_already_is_a_success(orcid, datacite):
    permitted(orcid)
    registered(datacite, DOI)
    claim = waiting_claim(ALICE, DOI)
    run_lanes()
    orcid.order("remove-work", {"orcid": ALICE, "put_code": settle(claim).put_code})

    waiting_claim(ALICE, DOI, action=ClaimAction.DELETE)
    run_lanes()

    assert (settle(claim).state, claim.problem) == ("deleted", "")


@pytest.mark.parametrize(
    ("status", "problem", "state"),
    [
        ("locked", "record-locked", "waiting"),
        ("deactivated", "token-refused", "waiting"),
        ("unclaimed", "record-unclaimed", "waiting"),
    ],
)
def test_the_status_of_a_record_parks_the_claim(orcid, datacite, status, problem, state):
    permitted(orcid)
    registered(datacite, DOI)
    orcid.order("people", {"orcid": ALICE, "status": status})
    claim = waiting_claim(ALICE, DOI)

    run_lanes(seconds=0.6)

    assert (settle(claim).problem, claim.state) == (problem, state)


def test_a_merged_record_names_the_id_that_was_kept(orcid, datacite):
    bob = "0009-0001-0000-0022"
    permitted(orcid)
    registered(datacite, DOI)
    orcid.order("people", {"orcid": ALICE, "status": "deprecated", "primary": bob})
    claim = waiting_claim(ALICE, DOI)

    run_lanes(seconds=0.6)

    assert (settle(claim).problem, claim.state) == ("record-moved", "failed")
    assert bob in claim.detail
    assert works_of(orcid, bob) == []


def test_of_a_bulk_that_does_not_fit_as_many_arrive_as_there_is_room_for(orcid, datacite):
    permitted(orcid)
    claims = bulk(datacite, 3)
    orcid.order("options", {"max_works": 2})

    run_lanes(seconds=5)

    assert [(settle(c).state, c.problem) for c in claims] == [("done", "")] * 2 + [("failed", "record-full")]


def test_a_version_of_a_work_that_is_there_already_is_added_beside_it(orcid, datacite):
    """In bulk ORCID refuses it and names the other work; that one must not be overwritten."""
    permitted(orcid)
    relation = [
        {
            "relationType": "IsVersionOf",
            "relatedIdentifierType": "DOI",
            "relatedIdentifier": "10.5072/concept",
        }
    ]
    registered(datacite, "10.5072/version", title="The version", relatedIdentifiers=relation)
    waiting_claim(ALICE, "10.5072/version")
    run_lanes()
    registered(datacite, "10.5072/concept", title="The concept")
    registered(datacite, "10.5072/other", title="Another work")
    claims = [waiting_claim(ALICE, "10.5072/concept"), waiting_claim(ALICE, "10.5072/other")]

    run_lanes()

    assert {settle(claim).state for claim in claims} == {"done"}
    titles = sorted(work["title"]["title"]["value"] for work in works_of(orcid))
    assert titles == ["Another work", "The concept", "The version"]
