"""A title in another language is marked as such on each page that shows it."""

import pytest
from django.urls import reverse

from profiles.accounts.models import Account
from profiles.claims.models import Claim
from tests.support.claims import waiting_claim
from tests.support.pushing import ALICE, permitted, registered, run_lanes

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.usefixtures("clean_cache")]


def test_pages_name_the_language_of_a_title_and_isolate_it(client, orcid, datacite):
    registered(datacite, "10.5072/ice", title="لب الجليد", language="ar")
    registered(datacite, "10.5072/core", title="Ice core")
    permitted(orcid)
    client.force_login(Account.objects.get(orcid_id=ALICE))
    pages = [reverse("find"), f"{reverse('why')}?doi=10.5072/ice&orcid={ALICE}"]
    shown = [client.get(page).content.decode() for page in pages]
    for name in ("ice", "core"):
        waiting_claim(ALICE, f"10.5072/{name}")
    run_lanes()
    pages += [
        reverse("works"),
        reverse("home"),
        reverse("work", args=[Claim.objects.get(doi="10.5072/ice").uuid]),
    ]
    shown += [client.get(page).content.decode() for page in pages[2:]]

    wrong = [
        page for page, text in zip(pages, shown, strict=True) if '<bdi lang="ar">لب الجليد</bdi>' not in text
    ]
    assert wrong == []
    assert "<bdi>Ice core</bdi>" in shown[0]
