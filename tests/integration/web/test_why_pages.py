"""The pages around "why", past works and questions, as a browser gets them."""

import pytest
from django.urls import reverse

from profiles.claims.models import Claim
from profiles.intake.models import Decision
from tests.support.intake import enrol, take_in
from tests.support.records import ANNA, BEN, DOI, creator, record, related
from tests.support.signing_in import with_second_factor

pytestmark = pytest.mark.django_db

PART = record(relatedIdentifiers=[related("IsPartOf", "10.5072/whole")])


@pytest.fixture
def anna(client):
    person = enrol()
    client.force_login(person)
    return person


def why(client, **words):
    return client.get(reverse("why"), {"doi": DOI, "orcid": ANNA, **words})


def test_the_owner_sees_what_decided_and_what_to_do(client, anna, datacite):
    datacite.order("dois", [PART])
    take_in(PART)

    page = why(client).content.decode()

    assert "DataCite has not added it to your ORCID record: " in page
    assert "IsPartOf 10.5072/whole" in page
    assert "allow parts under Settings" in page
    assert "Last decided" in page


def test_a_stranger_sees_the_metadatas_side_only(client, datacite):
    enrol()
    datacite.order("dois", [record()])
    take_in(record())

    page = why(client)

    text = page.content.decode()
    assert "What concerns the person is shown only to them." in text
    assert "Is Auto-Update on?" not in text
    assert "Last decided" not in text


def test_another_person_sees_no_more_than_a_stranger(client, datacite):
    enrol()
    client.force_login(enrol(BEN))
    datacite.order("dois", [record()])
    take_in(record())

    answer = why(client, format="json").json()

    assert answer["scope"] == "metadata"
    assert "claim" not in answer


def test_staff_sees_all(client, datacite):
    enrol()
    client.force_login(enrol(BEN, role="staff_user", auto_update_since=None, permission=False))
    with_second_factor(client)
    datacite.order("dois", [record()])
    take_in(record())

    assert why(client, format="json").json()["scope"] == "person"


def test_machines_get_json(client, datacite):
    datacite.order("dois", [PART])

    answer = client.get(reverse("why"), {"doi": DOI, "orcid": ANNA}, headers={"Accept": "application/json"})

    assert answer.json()["result"] == "skip"
    assert answer.json()["decided_by"]["reason"] == "related-work"
    assert answer.headers["Cache-Control"].startswith("max-age=0")


@pytest.mark.parametrize(("doi", "orcid"), [("nonsense", ANNA), (DOI, "0000-0000-0000-0000"), ("", "")])
def test_what_cannot_be_asked_is_said(client, doi, orcid):
    answer = client.get(reverse("why"), {"doi": doi, "orcid": orcid, "format": "json"})

    assert answer.status_code == 400
    assert answer.json()["errors"][0]["title"]


def test_a_page_with_a_mistake_says_so_beside_the_field(client):
    page = client.get(reverse("why"), {"doi": "<script>", "orcid": ANNA})

    assert page.status_code == 400
    assert b'aria-invalid="true"' in page.content
    assert b"<script>" not in page.content.replace(b"<script src", b"")


def test_while_datacite_is_down_an_unknown_doi_gets_a_kind_answer(client, datacite):
    datacite.fail_next(None, status=503)

    assert why(client).status_code == 503


def test_metadata_cannot_break_the_page(client, datacite):
    datacite.order("dois", [record(titles=[{"title": "<img src=x onerror=alert(1)>"}])])

    assert b"<img" not in why(client).content


def test_no_one_sees_past_works_without_signing_in(client):
    assert client.get(reverse("find")).status_code == 302
    assert client.get(reverse("ask")).status_code == 302


def questions(count):
    enrol(rules={"ask_first": True})
    records = [record(f"10.5072/q{n}") for n in range(count)]
    take_in(*records)
    return records


def test_one_click_answers_all(client, anna, datacite):
    datacite.order("dois", questions(3))
    page = client.get(reverse("ask")).content.decode()
    ids = list(Decision.objects.values_list("pk", flat=True))

    client.post(reverse("ask"), {"answer": "yes", "id": ids})

    assert page.count('type="checkbox"') == 3
    assert Claim.objects.count() == 3
    assert set(Decision.objects.filter(pk__in=ids).values_list("answer", flat=True)) == {"yes"}


def test_a_no_is_remembered(client, anna, datacite):
    datacite.order("dois", questions(2))
    first = Decision.objects.order_by("pk").first()

    client.post(reverse("ask"), {"one": f"no:{first.pk}"})

    assert not Claim.objects.exists()
    assert client.get(reverse("ask")).content.decode().count('type="checkbox"') == 1


def test_no_one_answers_for_another_person(client, datacite):
    datacite.order("dois", questions(1))
    client.force_login(enrol(BEN))

    client.post(reverse("ask"), {"answer": "yes", "id": [Decision.objects.get().pk]})

    assert not Claim.objects.exists()
    assert Decision.objects.get().answer == ""


def test_when_datacite_is_down_the_question_stays_open(client, anna, datacite):
    datacite.order("dois", questions(1))
    datacite.fail_next(None, status=503)

    client.post(reverse("ask"), {"answer": "yes", "id": [Decision.objects.get().pk]})

    assert Decision.objects.get().answer == ""


def test_agreeing_to_a_removal_asks_for_it(client, anna):
    take_in(record())
    Claim.objects.update(state="done", put_code=5, owner_client="x")
    take_in(record(creators=[creator(BEN)], updated="2026-07-02T00:00:00Z"))

    page = client.get(reverse("ask")).content.decode()
    client.post(reverse("ask"), {"answer": "yes", "id": [Decision.objects.latest("id").pk]})

    assert "Remove" in page
    assert Claim.objects.get().action == "delete"


def test_own_rules_are_shown_at_work_before_they_are_kept(client, anna, datacite):
    datacite.order("dois", [record(), record("10.5072/soft", types={"resourceTypeGeneral": "Software"})])

    preview = client.post(reverse("rules"), {"versions": "all", "skip_types": ["Software"], "preview": "1"})
    anna.refresh_from_db()
    untouched = dict(anna.rules)
    client.post(reverse("rules"), {"versions": "concept", "skip_types": ["Software"], "save": "1"})
    anna.refresh_from_db()

    page = preview.content.decode()
    assert "1 of your last works would have come out otherwise" in page
    assert "Now: 2 added, 0 asked first, 0 not added" in page
    assert "With these rules: 1 added, 0 asked first, 1 not added" in page
    assert page.count('class="shares drawn-') == 4
    assert untouched == {}
    assert (anna.rules["versions"], anna.rules["skip_types"]) == ("concept", ["Software"])


def test_rules_that_make_no_sense_are_refused(client, anna):
    answer = client.post(reverse("rules"), {"versions": "latest", "save": "1"})

    assert answer.status_code == 400
    anna.refresh_from_db()
    assert anna.rules == {}


def test_the_menu_leads_to_every_page(client, anna):
    page = client.get(reverse("why")).content.decode()

    assert all(reverse(name) in page for name in ("find", "ask", "rules", "why"))


def test_settings_offer_past_works_as_soon_as_there_is_a_permission(client, datacite):
    client.force_login(enrol(permission=False))
    datacite.order("dois", [record(), record("10.5072/two")])
    without = client.get(reverse("settings")).content.decode()
    enrol()

    page = client.get(reverse("settings")).content.decode()
    line = client.get(reverse("find_count")).content.decode()

    assert reverse("find_count") not in without
    assert reverse("find_count") in page
    assert "We found 2 works that name your iD." in line


def test_the_count_of_past_works_is_left_out_while_datacite_is_down(client, anna, datacite):
    datacite.fail_next(None, status=503)

    line = client.get(reverse("find_count"))

    assert line.status_code == 200
    assert reverse("find") in line.content.decode()


@pytest.mark.parametrize(
    ("account", "permission", "words"),
    [
        ({}, True, ""),
        ({}, False, "One permission first"),
        ({"auto_update_since": None}, True, "Auto-Update: Off"),
        ({"auto_update_since": None}, False, "One permission first"),
    ],
)
def test_what_is_missing_before_works_can_be_sent_is_said(client, datacite, account, permission, words):
    client.force_login(enrol(permission=permission, **account))
    datacite.order("dois", [record()])

    page = client.get(reverse("find")).content.decode()

    assert ("permission-title" in page) == bool(words)
    assert words in " ".join(page.split())


def test_auto_update_is_switched_on_from_the_list(client, datacite):
    person = enrol(auto_update_since=None)
    client.force_login(person)

    answer = client.post(reverse("switch_auto_update"), {"on": "1", "return_to": reverse("find")})
    person.refresh_from_db()

    assert answer.headers["Location"] == reverse("find")
    assert person.auto_update_since is not None


def test_one_click_answers_more_questions_than_fit_on_a_page(client, anna, datacite):
    questions(205)

    page = client.get(reverse("ask")).content.decode()
    client.post(reverse("ask"), {"answer": "no-all"})

    assert "205 works wait for your answer." in page
    assert page.count('type="checkbox"') == 200
    assert set(Decision.objects.values_list("answer", flat=True)) == {"no"}


def test_my_works_say_that_questions_wait(client, anna):
    without = client.get(reverse("works")).content.decode()
    questions(2)

    page = client.get(reverse("works")).content.decode()

    assert reverse("ask") + '">Decide' not in without
    assert "2 works wait for your answer." in page


@pytest.mark.parametrize("number", ["²", "-1", "9" * 30, "9" * 5_000, ""])
def test_an_answer_to_a_question_that_cannot_be_is_taken_for_none(client, anna, number):
    client.force_login(anna)

    assert client.post(reverse("ask"), {"one": f"yes:{number}"}).status_code == 302
