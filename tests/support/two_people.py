"""A person who has one of everything, and the ids of it all: what another person must not reach."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from functools import cache
from typing import Final

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.apps import apps
from django.db import connection, models
from django.db.models import Q
from django.test import Client

from profiles.accounts import chosen_mails, email, keys
from profiles.accounts.models import Account
from profiles.claims.bulk_acts.models import BulkAct
from profiles.claims.models import Claim, ClaimBatch, Selection
from profiles.consents.models import Departure
from profiles.infra import clock
from profiles.pipeline.requests import bulk_acts
from profiles.pipeline.requests.bulk import Act
from profiles.webhooks import services as webhooks
from tests.support import sso
from tests.support.api_callers import Consumer, claim_body, personal_key
from tests.support.claims import waiting_claim

JOBS: Final = "procrastinate_jobs"
ALICE: Final = "0009-0001-0000-0014"
DOI: Final = "10.5072/whisper"
"""Of her work whose ids others have; they do not know that she has it."""
SECRETS: Final = (
    "Nomen Secretum", "S. Otherwise", "University of Whispers", "secretum@univ.example", "whispered key",
    "10.5072/unsaid", "whispers.repo", "Confidential findings", "whispering service",
)  # fmt: skip
"""What no page, file or answer may show to anyone else."""


@dataclass
class Person:
    """Alice, who hides her record, and the ids of what she has: by their place in an address, and by word."""

    account: Account
    browser: Client
    api: Consumer
    in_addresses: dict[str, dict[str, str]] = field(default_factory=dict)
    in_forms: dict[str, str] = field(default_factory=dict)


def alice() -> Person:
    """Build her account with one of everything that has an id."""
    browser = Client()
    account = sso.person(browser, ALICE, name=SECRETS[0])
    account.other_names, account.organisation, account.email = [SECRETS[1]], SECRETS[2], SECRETS[3]
    account.rules, account.is_public = {"skip_repositories": [SECRETS[6]]}, False
    account.digest_since = account.wants_first_work_since = account.email_verified_at = clock.now()
    account.save()
    person = Person(account, browser, Consumer(token=personal_key(account)))
    _add_works(person)
    _add_access(person)
    return person


def _add_works(person: Person) -> None:
    claim = waiting_claim(ALICE, DOI)
    Claim.objects.filter(pk=claim.pk).update(state="done", put_code=7, owner_client="APP-A")
    selection = Selection.objects.create(orcid_id=ALICE, asked_at=clock.now())
    selection.works.create(position=1, doi=SECRETS[5], title=SECRETS[7], finding="datacite", is_asked=True)
    bulk_acts.start(orcid_id=ALICE, act=Act.REMOVE, claim_ids=[claim.pk])
    claims = {"claims": [claim_body(SECRETS[5], ALICE)["claim"]]}
    batch = person.api.call("post", "/claims/batches", claims, **{"Idempotency-Key": "hers"})
    assert batch.status_code == 202, batch.content
    work, batched = str(claim.uuid), str(ClaimBatch.objects.get().uuid)
    person.in_addresses |= {
        "works/": {"<uuid:uuid>": work, "<slug:action>": "remove"},
        "find/added/": {"<uuid:uuid>": str(selection.uuid)},
        "claims/batches/": {"<uuid>": batched},
        "claims/": {"<uuid>": work},
    }
    person.in_forms |= {"work": work, "id": str(claim.pk), "one": str(claim.pk), "doi": DOI}
    person.in_forms |= {"act": str(BulkAct.objects.get().uuid), "do": "remove"}


def _add_access(person: Person) -> None:
    account = person.account
    given = keys.give_personal_key(account_id=account.pk, name=SECRETS[4], scopes=["claims:read"], days=30)
    links: list[str] = []
    email.ask_for_proof(
        account_id=account.pk, email=SECRETS[3], link_of=lambda secret: links.append(secret) or secret
    )
    identity = SocialAccount.objects.create(user=account, provider="globus", uid="her-globus", extra_data={})
    factor = Authenticator.objects.create(user=account, type=Authenticator.Type.TOTP, data={"secret": "x"})
    party = sso.register("A public service", is_first_party=False)
    sso.approve(person.browser, party)
    own, _secret = webhooks.register(
        owner=ALICE, name=SECRETS[8], url="https://a.example/", events=["claim.done"]
    )
    waiting = person.browser.get("/oauth/authorize", party.request(prompt="consent"))["Location"]
    UserSession.objects.create(user=account, session_key="another", ip="192.0.2.7", user_agent="x")
    departure = Departure.objects.create(asked_at=clock.now(), ends_by=clock.now())
    service_key = keys.give_service_key(name="agent", scopes=["claims:read"], days=30, by="a test").key
    person.in_addresses |= {
        "settings/keys/": {"<int:key_id>": str(given.key.pk)},
        "settings/email/confirm/": {"<slug:secret>": links[0]},
        "settings/connected/": {"<str:client_id>": party.row.client_id},
        "oauth/resume/": {"<slug:key>": waiting.rstrip("/").rpartition("/")[2]},
        "users/": {"<orcid>": ALICE},
        "goodbye/": {"<uuid:uuid>": str(departure.uuid)},
        "mails/stop/": {"<str:token>": link_to_stop_mails(account)},
        "services/": {"<str:client_id>": party.row.client_id},
        "signed_out/": {"<slug:key>": waiting.rstrip("/").rpartition("/")[2]},
        "staff/people/": {"<str:orcid_id>": ALICE},
        "staff/dois/": {"<path:doi>": DOI},
        "staff/keys/": {"<int:key_id>": str(service_key.pk)},
        "staff/services/": {"<str:client_id>": party.row.client_id},
        "webhooks/": {"<uuid>": str(own.uuid)},
    }
    person.in_forms |= {
        "identity": str(identity.pk), "factor": str(factor.pk), "orcid": ALICE, "person": ALICE,
        "end": str(UserSession.objects.get(session_key="another").pk), "orcid_id": ALICE,
    }  # fmt: skip


@cache
def _owned() -> dict[type[models.Model], str]:
    """Return how the rows of each model belong to a person: by the iD, the account, or a row that does."""
    found: dict[type[models.Model], str] = {Account: "pk"}
    rest = list(apps.get_models())
    while rest:
        new = {model: path for model in rest if (path := _path(model, found))}
        rest = [model for model in rest if model not in new]
        if not new:
            break
        found |= new
    return found


def _path(model: type[models.Model], known: Mapping[type[models.Model], str]) -> str:
    for each in model._meta.get_fields():
        if isinstance(each, models.CharField) and each.name == "orcid_id" and model is not Account:
            return "orcid_id"
        if isinstance(each, models.ForeignKey) and each.related_model in known:
            path = known[each.related_model]
            return f"{each.name}__{path}"
    return ""


Writes = dict[str, int]


def writes_so_far() -> Writes:
    """Return how many rows of each table were written in this transaction, by PostgreSQL's own count."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT relname, n_tup_ins + n_tup_upd + n_tup_del FROM pg_stat_xact_user_tables")
        return dict(cursor.fetchall())


def rows_of(account: Account, *, tables: Collection[str] | None = None) -> dict[str, list[str]]:
    """Return the rows that belong to a person, of these tables alone, to compare before and after."""
    rows = {}
    for model, path in _owned().items():
        if tables is None or model._meta.db_table in tables:
            wanted = Q(**{path: account.orcid_id if path.endswith("orcid_id") else account.pk})
            rows[model._meta.db_table] = sorted(map(str, model.objects.filter(wanted).values_list()))
    if tables is None or JOBS in tables:
        with connection.cursor() as cursor:
            about = [f"%{account.orcid_id}%"]
            cursor.execute(f"SELECT task_name, args::text FROM {JOBS} WHERE args::text LIKE %s", about)
            rows[JOBS] = sorted(map(str, cursor.fetchall()))
    return rows


def link_to_stop_mails(account: Account) -> str:
    """Return what the link in her mails holds, with which anyone who has the mail may end them."""
    mail = chosen_mails.chosen(account)[0]
    return chosen_mails.stop_address(account, mail).rstrip("/").rpartition("/")[2]
