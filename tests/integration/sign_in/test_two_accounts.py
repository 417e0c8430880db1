"""A way in that leads to another account, and iDs that ORCID merged: told, and settled by proof of both."""

import pytest
import requests
from allauth.socialaccount.models import SocialAccount
from django.test import Client

from profiles.accounts.models import Account, MergedOrcidId
from profiles.claims.models import Claim, ClaimHistory
from profiles.consents.models import Consent, Receipt
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, BOB, permitted, run_lanes
from tests.support.signing_in import by_globus, by_orcid, who

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]
CHOICE = "/settings/sign-in-methods/two-accounts"


def first_visit(client: Client, person: str, orcid_id: str) -> Account:
    """Come by Globus for the first time, and link this iD."""
    by_globus(client, person)
    by_orcid(client, orcid_id, aim="link")
    client.post("/link_orcid/confirm", {"answer": "yes"})
    return Account.objects.get(orcid_id=orcid_id)


def lead_of(subject_of: str) -> str:
    """Return the iD that a way in leads to."""
    return SocialAccount.objects.get(extra_data__label=subject_of).user.orcid_id


def merge(orcid, *, old: str, kept: str) -> None:
    orcid.order("people", {"orcid": old, "status": "deprecated", "primary": kept})


def test_who_linked_a_wrong_id_moves_the_way_in_after_proving_the_right_one(client, stands):
    first_visit(client, "alice@univ.example", BOB)

    answer = by_orcid(client, ALICE, aim="add")
    assert answer["Location"] == CHOICE
    page = client.get(CHOICE).content
    assert ALICE.encode() in page
    assert BOB.encode() in page
    client.post(CHOICE, {"move": "there"})

    assert lead_of("alice@univ.example") == ALICE
    assert who(client) == str(Account.objects.get(orcid_id=ALICE).pk)
    again = Client()
    by_globus(again, "alice@univ.example")
    assert who(again) == who(client)


def test_a_way_in_of_another_account_comes_here_after_both_are_proved(client, stands):
    first_visit(Client(), "alice@univ.example", BOB)
    by_orcid(client, ALICE)

    assert by_globus(client, "alice@univ.example", aim="add")["Location"] == CHOICE
    client.post(CHOICE, {"move": "here"})

    assert lead_of("alice@univ.example") == ALICE
    assert Account.objects.filter(orcid_id=BOB).exists()


def test_a_person_who_leaves_it_as_it_is_changes_nothing(client, stands):
    first_visit(client, "alice@univ.example", BOB)
    by_orcid(client, ALICE, aim="add")

    client.post(CHOICE, {"move": "nothing"})

    assert lead_of("alice@univ.example") == BOB
    assert client.post(CHOICE, {"move": "there"})["Location"] == "/settings/sign-in-methods"
    assert lead_of("alice@univ.example") == BOB


def test_nothing_moves_without_having_proved_the_other_account(client, stands):
    first_visit(Client(), "alice@univ.example", BOB)
    by_orcid(client, ALICE)

    client.post(CHOICE, {"move": "here"})

    assert lead_of("alice@univ.example") == BOB


def test_nothing_moves_out_of_an_account_with_a_second_step_that_was_not_given(client, stands):
    from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret

    owner = first_visit(Client(), "alice@univ.example", BOB)
    TOTP.activate(owner, generate_totp_secret())
    by_orcid(client, ALICE)
    by_globus(client, "alice@univ.example", aim="add")

    assert b"has a second step" in client.get(CHOICE).content
    client.post(CHOICE, {"move": "here"})

    assert lead_of("alice@univ.example") == BOB


def test_ways_in_are_changed_only_by_who_proved_lately_who_they_are(client, stands):
    by_globus(client)
    session = client.session
    session["auth_time"] -= 3600
    session.save()

    for answer in (
        client.post("/users/auth/orcid", {"aim": "add"}),
        client.post("/settings/sign-in-methods", {"identity": str(SocialAccount.objects.get().pk)}),
    ):
        assert answer["Location"].startswith("/sign_in?fresh=1")
    assert SocialAccount.objects.count() == 1


def test_an_id_of_orcid_that_was_merged_moves_the_account_with_its_history(client, stands, orcid):
    account = first_visit(client, "alice@univ.example", ALICE)
    permitted(orcid, ALICE)
    claim = waiting_claim(ALICE, "10.5072/merged")
    told = ClaimHistory.objects.filter(claim=claim).count()
    merge(orcid, old=ALICE, kept=BOB)

    answer = by_orcid(client, BOB, fresh="1")

    account.refresh_from_db()
    claim.refresh_from_db()
    assert answer.status_code == 302
    assert (account.orcid_id, claim.orcid_id) == (BOB, BOB)
    assert ClaimHistory.objects.filter(claim=claim).count() >= told > 0
    assert who(client) == str(account.pk)
    assert set(Consent.objects.values_list("orcid_id", "health")) == {(BOB, "lost")}
    assert set(Receipt.objects.values_list("orcid_id", "kind")) == {(BOB, "lost")}
    assert not SocialAccount.objects.filter(uid=ALICE).exists()
    again = Client()
    by_globus(again, "alice@univ.example")
    assert who(again) == str(account.pk)


def test_two_accounts_whose_ids_orcid_merged_become_one(client, stands, orcid):
    old = first_visit(client, "alice@univ.example", ALICE)
    waiting_claim(ALICE, "10.5072/of-the-old")
    other = Client()
    by_orcid(other, BOB)
    waiting_claim(BOB, "10.5072/of-the-kept")
    Account.objects.filter(orcid_id=BOB).update(is_public=False)
    merge(orcid, old=ALICE, kept=BOB)

    by_orcid(client, BOB, aim="add")

    one = Account.objects.get()
    assert (one.pk, one.orcid_id, one.is_public) == (old.pk, BOB, False)
    assert set(Claim.objects.values_list("orcid_id", flat=True)) == {BOB}
    assert who(client) == str(one.pk)
    assert MergedOrcidId.objects.get().kept == BOB
    assert who(other) is None or other.get("/settings/me").status_code == 302


def test_a_merger_that_a_push_was_told_of_is_followed_at_the_next_sign_in(client, stands, orcid, datacite):
    from tests.support.pushing import registered

    account = Account.objects.create(orcid_id=ALICE)
    permitted(orcid, ALICE)
    registered(datacite, "10.5072/told")
    waiting_claim(ALICE, "10.5072/told")
    merge(orcid, old=ALICE, kept=BOB)
    run_lanes()

    by_orcid(client, BOB)

    assert Account.objects.get(pk=account.pk).orcid_id == BOB
    assert Claim.objects.get().orcid_id == BOB


def test_no_one_gets_an_account_by_a_merger_that_orcid_does_not_know(client, stands):
    first_visit(client, "alice@univ.example", ALICE)

    answer = by_orcid(client, BOB, fresh="1", browser=requests.Session())

    assert answer.status_code == 400
    assert Account.objects.get().orcid_id == ALICE
