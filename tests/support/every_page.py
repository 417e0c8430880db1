"""Every page in every state, with the longest names: what ``tests/e2e/test_every_page.py`` opens.

A group builds its people and works, and returns states. What only an answer to a form shows is kept as it was
answered.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, Final

from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.test import Client, RequestFactory
from django.utils.html import escape
from django.views.defaults import permission_denied

from profiles.accounts import keys as access_keys
from profiles.accounts.managers import monthly_mail
from profiles.accounts.models import Account
from profiles.claims import services
from profiles.claims.models import Claim
from profiles.confirmations import services as services_of_confirmations
from profiles.confirmations.services import NamedAs
from profiles.domain.claim import ClaimEvent, Origin
from profiles.domain.confirmation import Answer
from profiles.domain.doi_lists.reading import read_pasted
from profiles.infra import clock
from profiles.intake.models import Quarantine
from profiles.pipeline.for_repositories.following import report_and_follow
from profiles.pipeline.requests import choose_works
from profiles.sso import keys
from profiles.sso.models import LogoutNotice
from profiles.sso.protocol import provider
from profiles.web.views import failures
from profiles.webhooks import services as webhooks
from sandbox.datacite.credentials import DEMO_KEY
from tests.support import sso
from tests.support.claims import waiting_claim
from tests.support.every_mail import every_mail
from tests.support.finding import added_by_crossref, look_up_all
from tests.support.mailbox import page_of
from tests.support.pushing import ALICE, BOB, permitted, registered, run_lanes
from tests.support.records import record
from tests.support.signing_in import by_globus, by_orcid, with_second_factor

NAMES: Final = {
    "latin": "Wolfeschlegelsteinhausenbergerdorffwelchevoralternwarengewissen",
    "arabic": "عبد الرحمن بن محمد بن عبد الله بن أحمد بن علي الحسيني القرشي الهاشمي",
    "chinese": "王小明的非常非常非常长的研究人员名字在这里出现了" * 3,
}
NO_BREAKS: Final = "a-rather-long-name-of-a-doi-without-any-place-to-break-it-at-all-0123456789"
PASTED: Final = f"10.5072/nowhere 10.1038/nature12373 10.5072/does.not.exist 10.5281 {'x' * 90}"


@dataclass(frozen=True, slots=True)
class State:
    """One page in one state: its address, whose browser shows it, and the answer where a form led to it."""

    name: str
    path: str
    browser: Client | None = None
    body: str = ""


def answered(name: str, browser: Client, answer: Any) -> State:
    """Keep a page that a form led to; follow it where it leads on."""
    if answer.status_code in {302, 303}:
        return State(name, answer["Location"], browser)
    return State(name, f"/shown/{name}", browser, answer.content.decode())


def listed(browser: Client | None, *paths: str) -> list[State]:
    """Return the pages at these addresses."""
    return [State(path.strip("/").replace("/", "-") or "start", path, browser) for path in paths]


def drawn(template: str, owner: Account | None = None, **context: Any) -> str:
    """Draw a page as a view would, for states that are hard to reach."""
    return render_to_string(template, context, _request(owner))


def _request(owner: Account | None = None) -> HttpRequest:
    request = RequestFactory().get("/")
    request.session, request.user = Client().session, owner or AnonymousUser()
    return request


def of_anyone(name: str, stands: Any) -> list[State]:
    """What is seen without an account, and what is seen when something broke."""
    registered(stands.datacite, "10.5072/one", title=name)
    request, refused = _request(), Client(enforce_csrf_checks=True).post("/sign_out")
    broken = {
        "400": failures.bad_request(request, ValueError()).content.decode(),
        "403": permission_denied(request, PermissionError()).content.decode(),
        "500": failures.server_error(request).content.decode(),
        "503": failures.database_away(request).content.decode(),
        "403-csrf": refused.content.decode(),
    }
    paths = [
        "/",
        "/sign_in",
        "/nowhere",
        "/api/docs",
        "/style",
        "/signed_out",
        "/status",
        "/why",
        "/why?doi=nonsense",
    ]
    paths += [
        f"/why?doi=10.5072/one&orcid={ALICE}",
        "/users/auth/globus/callback",
        "/oauth/authorize",
        "/oauth/logout",
        "/mails/stop/nonsense",
        "/my-repository",
    ]
    return [
        *listed(None, *paths),
        *(State(f"failure-{code}", f"/shown/{code}", None, body) for code, body in broken.items()),
    ]


def of_signing_in(name: str, stands: Any) -> list[State]:
    """The steps of a first visit, a second step, two accounts, and an account that is closed."""
    for orcid_id in (ALICE, BOB):
        stands.orcid.order("people", {"orcid": orcid_id, "given_names": name, "family_name": ""})
    arriving, linking, wrong = Client(), Client(), Client()
    by_globus(arriving, "alice@univ.example")
    by_globus(linking, "suharto.demo@gmail.example")
    by_orcid(linking, BOB, aim="link")
    by_globus(wrong, "suharto.demo@gmail.example")
    by_orcid(wrong, ALICE, aim="link")
    states = [
        answered("link-orcid", arriving, arriving.get("/link_orcid")),
        answered("is-this-you", linking, linking.get("/link_orcid/confirm")),
    ]
    assert escape(name) in states[-1].body, "the stand-in knows no such name"
    states.append(answered("not-me", wrong, wrong.post("/link_orcid/confirm", {"answer": "no"})))
    owner = sso.person(Client(), "0009-0001-0000-0030", name=name)
    for kind in ("refused", "unknown", "taken", "other_person", "not_fresh", "limited"):
        page = drawn("sign_in/stopped.html", owner, kind=kind, minutes=5)
        states.append(State(f"stopped-{kind}", f"/shown/{kind}", None, page))
    guarded = Client()
    sso.sign_in(guarded, owner)
    page = guarded.get("/settings/second-step/app")
    states += listed(guarded, "/settings/second-step", "/settings/second-step/passkey")
    states.append(answered("app", guarded, page))
    page = drawn("sign_in/recovery_codes.html", owner, codes=["2f8a-91bc-77de"] * 10)
    states.append(State("recovery-codes", "/shown/codes", guarded, page))
    for passkey in ("{}", ""):
        page = drawn("sign_in/give_second_factor.html", passkey=passkey, has_app=not passkey, is_wrong=True)
        states.append(State(f"second-step-{passkey}", f"/shown/step{len(passkey)}", None, page))
    both = Client()
    by_globus(both, "suharto.demo@gmail.example")
    by_orcid(both, BOB, aim="link")
    both.post("/link_orcid/confirm", {"answer": "yes"})
    states.append(answered("two-accounts", both, by_orcid(both, ALICE, aim="add")))
    leaving = Client()
    sso.person(leaving, "0009-0001-0000-0057", name=name)
    closed = leaving.post("/settings/leave", {"works": "keep", "sure": "on"})
    states.append(answered("goodbye", leaving, closed))
    return [*states, *listed(guarded, "/settings/leave", "/sign_in?account=choose", "/sign_out")]


def of_a_newcomer(name: str, stands: Any) -> list[State]:
    """Who has just linked an iD and has no works."""
    browser = Client()
    sso.person(browser, ALICE, name=name)
    paths = [
        "/",
        "/works",
        "/find",
        "/find?by=name",
        "/find?by=list",
        "/works/trust",
        "/works/one-entry",
    ]
    paths += [
        "/works/ask",
        "/works/record",
        "/settings/me",
        "/orcid/search_and_link/auth",
        "/settings/receipts",
    ]
    return listed(browser, *paths)


def of_a_researcher(name: str, stands: Any) -> list[State]:
    """Works in each state, questions, keys and services, with titles in three scripts."""
    _works_in_each_state(name, stands)
    browser = Client()
    account = Account.objects.get(orcid_id=ALICE)
    account.name, account.other_names, account.organisation = name, list(NAMES.values()), name
    account.email, account.email_asked_at = f"{'a' * 60}@univ.example", clock.now()
    account.save()
    sso.sign_in(browser, account)
    asked = choose_works.choose_pasted(account, read_pasted(PASTED))
    look_up_all()
    choose_works.request_all(asked)
    choose_works.choose_pasted(account, read_pasted(PASTED))
    look_up_all()
    by_globus(browser, "alice@univ.example", aim="add")
    access_keys.give_personal_key(account_id=account.pk, name=name[:60], scopes=["claims:read"], days=30)
    made = browser.post("/settings/keys", {"name": name[:60], "scopes": ["claims:read"], "days": 30})
    paths = [
        "/",
        "/works",
        "/works?show=failed",
        "/works?text=zzz",
        "/works/trust",
        "/works/one-entry",
        "/works/record",
    ]
    paths += ["/works/ask", f"/find/added/{asked.uuid}"]
    paths += [
        "/find",
        "/find?by=name",
        "/find?text=runs",
        "/find?text=10.1038/x",
        "/find?type=software",
        "/find?by=list",
    ]
    paths += [
        "/settings/me",
        "/settings/update",
        "/settings/edit",
        "/settings/email",
        "/settings/email/confirm/nonsense",
        "/settings/rules",
    ]
    paths += [
        "/settings/permissions",
        "/settings/data",
        "/settings/keys",
        "/settings/receipts",
        "/settings/sessions",
    ]
    services_of_confirmations.answer(
        orcid_id=ALICE, doi="10.5072/one", given=Answer.MINE, named_as=NamedAs(title=name)
    )
    paths += ["/confirm", "/confirm?doi=nonsense", "/confirm?doi=10.5072/one", "/settings/confirmations"]
    paths += ["/settings/sign-in-methods", "/settings/connected", f"/why?doi=10.5072/one&orcid={ALICE}"]
    paths += ["/orcid/auto_update/auth", "/orcid/auto_update/callback?error=access_denied"]
    works = [f"/works/{claim.uuid}" for claim in Claim.objects.filter(orcid_id=ALICE).order_by("pk")]
    stands.datacite.fail_next(None, path="/dois", status=503)
    unanswered = [browser.get(page) for page in ("/find?text=ice", "/find")]
    stands.datacite.heal()
    away = [answered(f"datacite-away-{number}", browser, page) for number, page in enumerate(unanswered)]
    return [*listed(browser, *paths, *works, f"{works[0]}/newer"), answered("new-key", browser, made), *away]


def _works_in_each_state(name: str, stands: Any) -> None:
    titles = {"one": name, "two": NAMES["arabic"] * 2, "three": NAMES["chinese"] * 2, NO_BREAKS: "Short"}
    languages = {"two": "ar", "three": "zh"}
    for doi, title in titles.items():
        registered(stands.datacite, f"10.5072/{doi}", title=title, language=languages.get(doi))
    registered(stands.datacite, "10.5072/elsewhere", title=f"A title that runs on {name}")
    permitted(stands.orcid)
    added_by_crossref(stands.orcid, "10.5072/elsewhere")
    for doi in titles:
        waiting_claim(ALICE, f"10.5072/{doi}")
    run_lanes()
    events = {
        "failed": {"event": ClaimEvent.FAIL, "problem": "consent-missing"},
        "removed": {"event": ClaimEvent.VANISH, "problem": "removed-by-owner"},
        "left-out": {"event": ClaimEvent.SKIP, "detail": "other-agency", "actor": "auto-update"},
    }
    for doi, event in events.items():
        services.move(claim_id=waiting_claim(ALICE, f"10.5072/{doi}").pk, **event)
    waiting_claim(ALICE, "10.5072/moving", origin=Origin.AUTO_UPDATE)


def of_services(name: str, stands: Any) -> list[State]:
    """The pages between a service and its person."""
    keys.forget()
    browser, asked = Client(), Client()
    sso.person(browser, ALICE, name=name)
    theirs, ours = sso.register(name, is_first_party=False), sso.register(f"{name} too")
    tool = sso.register(f"{name} tool", grant_types=[provider.DEVICE], redirect_uris=[])
    code = tool.post(Client(), "/oauth/device", {"scope": "openid orcid"}).json()["user_code"]
    states = [State("consent", browser.get("/oauth/authorize", theirs.request())["Location"], browser)]
    states += listed(browser, "/device", f"/device?user_code={code}")
    confirm = browser.post("/device", {"user_code": code})
    states.append(answered("device-confirm", browser, confirm))
    states.append(
        answered("device-done", browser, browser.post("/device", {"user_code": code, "answer": "yes"}))
    )
    ours.signed_in(browser)
    sso.person(asked, BOB, name=name, email_asked_at=None)
    question = asked.get("/oauth/authorize", ours.request())["Location"]
    wrong = asked.post(question, {"email_answer": "sent", "email": "bob at home"})
    states += [State("email-question", question, asked), answered("email-question-wrong", asked, wrong)]
    sign_in = Client().get("/oauth/authorize", theirs.request())["Location"]
    states.append(State("sign-in-for-a-service", sign_in))
    states += listed(browser, "/settings/connected", f"/oauth/logout?client_id={ours.row.client_id}")
    notices = [
        LogoutNotice(party=theirs.row, tries=tries, done_at=done)
        for tries, done in ((2, None), (1, clock.now()))
    ]
    page = drawn("sso/signed_out.html", notices=notices, waiting=True)
    return [*states, State("signed-out-of-services", "/shown/signed-out", None, page)]


def of_staff(name: str, stands: Any) -> list[State]:
    """The pages of support."""
    _works_in_each_state(name, stands)
    Account.objects.filter(orcid_id=ALICE).update(name=name)
    browser = Client()
    sso.person(browser, "0009-0001-0000-0049", name=name, role="staff_admin")
    with_second_factor(browser)
    keys.forget()
    party = sso.register(name)
    person = Client()
    sso.person(person, BOB, name=name)
    party.signed_in(person)
    hook, _secret = webhooks.register(
        owner="agent", name=name[:60], url="http://127.0.0.1:9/hook", events=["claim.done"]
    )
    Quarantine.objects.create(source="file", reason=name, excerpt="x" * 300, line=1)
    key = access_keys.give_service_key(name=name[:60], scopes=["claims:read"], days=30, by=ALICE).key
    services.block(orcid_id=ALICE, doi="10.5072/one", reason=name)
    paths = [
        "/staff",
        "/staff/problems/consent-missing",
        f"/staff/people/{ALICE}",
        "/staff/search?q=no-one-at-all",
    ]
    paths += [
        "/staff/audit",
        "/staff/roles",
        f"/staff/acts/try-again?person={ALICE}",
        f"/staff/search?q={name}",
        f"/staff/dois/10.5072/one?person={ALICE}",
        "/staff/keys",
        f"/staff/keys/{key.pk}",
        "/staff/webhooks",
    ]
    paths += [f"/staff/webhooks/{hook.pk}", "/staff/intake", "/staff/skips/type-unwanted", "/staff/services"]
    paths += ["/staff/services/new", f"/staff/services/{party.row.client_id}"]
    made = browser.post("/staff/keys", {"name": name[:60], "scopes": ["claims:read"], "days": 30})
    return [*listed(browser, *paths), answered("new-service-key", browser, made)]


def of_repositories(name: str, stands: Any) -> list[State]:
    """What the managers of a repository see, and of a member with several."""
    wrong_id = {"nameIdentifier": NO_BREAKS, "nameIdentifierScheme": "ORCID"}
    creator = {
        "name": name,
        "nameType": "Personal",
        "nameIdentifiers": [wrong_id, {**wrong_id, "nameIdentifier": ""}],
    }
    deposited = record("10.5072/one", client="demo.repository", creators=[creator])
    stands.datacite.order("dois", [deposited])
    manager, member = Client(), Client()
    wrong = manager.post("/my-repository", {"credential": "nonsense"})
    manager.post("/my-repository", {"credential": DEMO_KEY})
    report_and_follow("demo.repository")
    manager.post("/my-repository/demo.repository/keys")
    manager.post("/my-repository/demo.repository/mails", {"email": f"{'a' * 60}@univ.example"})
    address = monthly_mail.addresses_of("demo.repository").get()
    stop = monthly_mail.stop_address(address).partition("/my-repository")[2]
    owner = sso.person(member, BOB, name=name, role="provider_user", provider_id="demo")
    assert owner.provider_id == "demo"
    return [
        answered("wrong-key", manager, wrong),
        *listed(manager, "/my-repository/demo.repository", "/my-repository/mails/confirm/nonsense"),
        *listed(None, f"/my-repository{stop}", "/my-repository/mails/stop/nonsense"),
        answered("not-theirs", manager, manager.get("/my-repository/other.repository")),
        *listed(member, "/my-repository", "/my-repository?repository=no.one", "/my-repository/demo.journal"),
    ]


def of_mails(name: str, stands: Any) -> list[State]:
    """The HTML page of each kind of mail."""
    letters = every_mail(name, stands)
    return [State(kind, f"/shown/mail-{kind}", None, page_of(letter)) for kind, letter in letters.items()]


Group = Callable[[str, Any], list[State]]
GROUPS: Final[dict[str, Group]] = {
    "anyone": of_anyone,
    "signing-in": of_signing_in,
    "newcomer": of_a_newcomer,
    "researcher": of_a_researcher,
    "services": of_services,
    "repositories": of_repositories,
    "staff": of_staff,
    "mails": of_mails,
}
COOKIE: Final = settings.SESSION_COOKIE_NAME
