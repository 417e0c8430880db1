"""Names and titles are sorted as their reader looks them up."""

import re

import pytest
from django.urls import reverse
from django.utils import translation

from profiles.domain.records.sighting import read_sighting
from profiles.infra.web.languages import reading_order
from profiles.intake.snapshots import SnapshotInput, fill_gaps
from tests.support.claims import waiting_claim
from tests.support.intake import enrol
from tests.support.pushing import ALICE
from tests.support.records import record


@pytest.mark.parametrize(
    ("code", "names"),
    [
        ("fr", ["Écran", "Fin"]),
        ("de", ["Ärzte", "Bilder", "Öfen", "Projekt"]),
        ("zh-hans", ["报告", "软件", "数据集", "图像"]),  # bào, ruǎn, shù, tú
        ("ja", ["イベント", "データセット", "音声", "画像"]),  # the kana, then on, ga
    ],
)
def test_names_are_sorted_as_their_language_does(code, names):
    with translation.override(code):
        mixed = list(reversed(names))
        mixed.sort(key=reading_order)
        assert mixed == names


@pytest.mark.django_db
def test_works_are_sorted_by_title_also_where_the_database_compares_bytes(client):
    client.force_login(enrol(ALICE))
    for doi, title in {"10.5072/a": "zoology", "10.5072/b": "Éclair", "10.5072/c": "Apples"}.items():
        fill_gaps([SnapshotInput.of(read_sighting(record(doi, titles=[{"title": title}])))])
        waiting_claim(ALICE, doi)

    page = client.get(reverse("works"), {"sort": "title"}).content.decode()

    assert re.findall(r"(Apples|Éclair|zoology)</bdi></a></h2>", page) == ["Apples", "Éclair", "zoology"]


@pytest.mark.django_db
def test_types_are_sorted_by_their_name_and_other_comes_last(client):
    client.force_login(enrol(ALICE))

    page = client.get("/settings/rules?lang=de").content.decode()

    types = re.findall(r'name="skip_types" value="(\w+)"', page)
    assert types.index("Image") < types.index("Dataset")  # Bild, Datensatz
    assert set(types[-2:]) == {"Other", "Unknown"}
