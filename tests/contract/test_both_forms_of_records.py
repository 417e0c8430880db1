"""DataCite gives affiliations and publisher as names or as objects: nothing that we keep or send differs."""

import json

import pytest

from profiles.clients import blocking
from profiles.domain.mapping.orcid_work import encode_work
from profiles.domain.mapping.works import map_work
from profiles.domain.records.change_detection import digests
from profiles.domain.records.doi_record import read_doi_record
from profiles.domain.records.sighting import read_sighting
from profiles.pipeline import sync_clients
from sandbox.datacite.records import record_from
from sandbox.datacite.shapes import resource
from tests.support.records import DOI, record
from tests.support.shared import shared

pytestmark = pytest.mark.contract
EVERY = 40
NAMES = {}
OBJECTS = {"affiliation": "true", "publisher": "true"}
"""What is asked for explicitly, and the default from September 2027 on."""
FORMS = (NAMES, OBJECTS, {"affiliation": "true"}, {"publisher": "true"})


def kept(form, one):
    """Return all that depends on a record in this form: the digests, what pages show, and the work."""
    raw = json.dumps(resource(one, form, alone=True)).encode()
    seen, mapped = read_sighting(raw), map_work(read_doi_record(raw))
    work = encode_work(mapped.work) if mapped.work else None
    return digests(seen), seen.shown.publisher_name, work, mapped.dropped


@pytest.mark.parametrize("name", ["dois.jsonl", "dois_testsystem.jsonl"])
def test_records_with_names_and_with_objects_are_kept_and_sent_alike(name):
    compared = with_objects = 0

    for line in shared(f"corpus/{name}").read_bytes().splitlines()[::EVERY]:
        one = record_from(json.loads(line))
        compared += 1
        with_objects += resource(one, OBJECTS, alone=True) != resource(one, NAMES, alone=True)
        assert len({repr(kept(form, one)) for form in FORMS}) == 1

    assert compared >= with_objects > 20


@pytest.mark.django_db
def test_the_form_is_asked_for_explicitly_of_single_records_and_of_pages(datacite):
    datacite.order("dois", [record()])
    client = sync_clients.datacite()

    blocking.call(client.doi(DOI))
    blocking.call(client.search(query="title"))

    asked = [call["query"] for call in datacite.log() if call["path"].startswith("/dois")]
    assert len(asked) == 2
    assert all("affiliation=true" in query and "publisher=true" in query for query in asked)
