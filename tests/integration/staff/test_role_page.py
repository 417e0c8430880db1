"""Administrators give and take roles on a page; each change is in the audit log."""

import pytest

from profiles.accounts.models import Account, StaffAudit
from tests.support.staff import DANA, dana

pytestmark = pytest.mark.django_db
ERIC = "0009-0001-0000-0057"
STAFF_USER = {"orcid_id": ERIC, "role": "staff_user", "reason": "joins support"}


def test_a_role_is_given_before_the_person_ever_came_and_taken_away():
    admin = dana()

    assert admin.post("/staff/roles", STAFF_USER).status_code == 302
    assert Account.objects.get(orcid_id=ERIC).role == "staff_user"
    assert ERIC in admin.get("/staff/roles").content.decode()

    admin.post("/staff/roles", {**STAFF_USER, "role": "user", "reason": "left"})

    assert Account.objects.get(orcid_id=ERIC).role == "user"
    rows = StaffAudit.objects.filter(act="changed a role").order_by("id")
    assert list(rows.values_list("note", "reason")) == [
        ("user → staff_user", "joins support"),
        ("staff_user → user", "left"),
    ]


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"role": "client_admin"}, "needs the id of its repository"),
        ({"orcid_id": "0009-0001-0000-0058"}, "This is not an ORCID iD"),
        ({"orcid_id": DANA}, "Another administrator can change your own role."),
        ({"reason": ""}, "This field is required."),
        ({"role": "owner"}, "Select a valid choice"),
    ],
)
def test_what_cannot_be_given_is_refused_with_a_sentence(change, sentence):
    answer = dana().post("/staff/roles", {**STAFF_USER, **change})

    assert answer.status_code == 422
    assert sentence in answer.content.decode()
    assert Account.objects.get(orcid_id=DANA).role == "staff_admin"
    assert not StaffAudit.objects.exists()


def test_staff_who_are_no_administrators_give_no_roles():
    assert dana("staff_user").post("/staff/roles", STAFF_USER).status_code == 403


def test_the_agents_token_is_made_without_sql_and_works(client):
    answer = dana().post("/staff/keys", {"name": "levriero", "scopes": ["claims:write"], "days": "30"})
    key = answer.content.decode().partition('class="secret" value="')[2].partition('"')[0]

    body = {"claim": {"orcid": ERIC, "doi": "10.5072/one", "source_id": "orcid_update"}}
    made = client.post(
        "/claims", body, content_type="application/json", headers={"Authorization": f"Bearer {key}"}
    )

    assert made.status_code == 202
    assert StaffAudit.objects.filter(act="gave a service key", note__startswith="levriero").exists()
