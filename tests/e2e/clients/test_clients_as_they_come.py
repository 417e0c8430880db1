"""OpenID software of others, with its documented configuration only, signs a person in by Globus."""

import sys
import time

import pytest
from playwright.sync_api import Page, expect

from profiles.accounts.models import Account
from profiles.infra import clock
from profiles.sso import keys
from profiles.sso.registry import registration
from tests.e2e.clients.programs import Program, chosen, running
from tests.e2e.steps import choose_at_globus
from tests.support import sso
from tests.support.served import free_port

pytestmark = [pytest.mark.e2e, pytest.mark.django_db(transaction=True)]
BOB, EMAIL = "0009-0001-0000-0022", "bob@univ.example"


@pytest.fixture(params=chosen(), ids=lambda program: program.client_id)
def program(request, live_server, stands, clean_cache, tmp_path) -> Program:
    """A client that runs; its own address is ``base``."""
    program: Program = request.param
    keys.forget()  # each test's database begins without keys
    base = f"http://{program.host}:{free_port()}"
    registration.ensure(program.registration(base), by="tests")
    with running(program, issuer=live_server.url, folder=tmp_path, base=base):
        request.node.base = base
        yield program
    keys.forget()


@pytest.fixture
def base(program, request) -> str:
    return request.node.base


@pytest.fixture
def bob(db) -> Account:
    facts = {"name": "Bob Baptiste", "email": EMAIL, "email_verified_at": clock.now()}
    return Account.objects.create(orcid_id=BOB, **facts)


def press(page: Page, name: str) -> None:
    page.get_by_role("button", name=name, exact=True).click()


def sign_in(page: Page, base: str, program: Program) -> None:
    """Go as far as our pages."""
    page.goto(base)
    press(page, "Sign in")
    if program.own_button:
        press(page, program.own_button)
    press(page, "Sign in with Globus")


def token_on(page: Page) -> str:
    return page.get_by_text("token: ").inner_text()


@pytest.mark.usefixtures("bob")
def test_it_signs_in_reads_refreshes_and_signs_out(page: Page, program, base, live_server, capsys):
    began = time.monotonic()
    sign_in(page, base, program)
    choose_at_globus(page, way="institution", person=EMAIL)
    press(page, "Allow and go on")
    for text in ("Signed in", "name: Bob Baptiste", f"orcid: {BOB}", f"email: {EMAIL}"):
        expect(page.get_by_text(text, exact=True)).to_be_visible()
    done = ["signs in by Globus", "reads name, iD and e-mail"]

    if program.has_refresh:
        before = token_on(page)
        press(page, "Refresh")
        page.goto(base + ("/protected/page.html" if program.file == "apache" else ""))
        expect(page.get_by_text("token: ")).not_to_have_text(before)
        expect(page.get_by_text("name: Bob Baptiste", exact=True)).to_be_visible()
        done.append("refreshes")

    press(page, "Sign out")
    expect(page.get_by_text("Not signed in", exact=True)).to_be_visible()
    page.goto(f"{live_server.url}/settings/me")
    expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    done.append("signs out here too")

    if program.backchannel:
        is_notified_by_back_channel(page, program, base, live_server)
        done.append("is notified by back-channel")
    with capsys.disabled():
        what = f"{program.name} {program.version}: {', '.join(done)} ({time.monotonic() - began:.0f} s)"
        sys.stdout.write(f"\nclients: {what}\n")


def is_notified_by_back_channel(page: Page, program: Program, base: str, live_server) -> None:
    sign_in(page, base, program)
    expect(page.get_by_text("Signed in", exact=True)).to_be_visible()
    page.goto(f"{live_server.url}/sign_out")
    page.get_by_role("button", name="Sign out").last.click()

    assert sso.send_due() >= 1

    page.goto(base + ("/protected/page.html" if program.file == "apache" else ""))
    expect(page.get_by_text("Signed in", exact=True)).to_have_count(0)
