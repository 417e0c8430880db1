"""Play the demo's main story over real HTTP: from sign-in to a corrected work on the ORCID record."""

import re
import secrets
import time
from collections.abc import Callable, Mapping
from typing import Final

from profiles.ops.demo.alices_works import ALICE, TIMEOUT_SECONDS, AlicesWorks, Work, doi_of, listed, title_of
from profiles.ops.demo.visitor import LostError, Visitor, ask

ALICES_LOGIN: Final = "alice@univ.example"
QUIET_SECONDS: Final = 4.0


class StoryError(Exception):
    """Raised when a step of the story fails."""


def play(variables: Mapping[str, str], *, say: Callable[[str], None]) -> None:
    """Play the story, and report each step.

    Raises:
        StoryError: a step failed; the message says which.
    """
    try:
        Story(variables, say).play()
    except LostError as error:
        raise StoryError(str(error)) from error


class Story:
    """Alice, her DOI, and her ORCID record."""

    def __init__(self, variables: Mapping[str, str], say: Callable[[str], None]) -> None:
        self._profiles = variables["PROFILES_URL"]
        self._orcid = variables["ORCID_URL"]
        self._example = variables["EXAMPLE_URL"]
        self._mailbox = variables["MAILBOX_URL"]
        self._works = AlicesWorks(variables)
        self._say = say
        self._alice = Visitor()
        self._is_first_run = True
        self._doi = f"10.5072/demo-{secrets.token_hex(4)}"

    def play(self) -> None:
        """Run the steps in order."""
        self._sign_in()
        self._give_permission()
        before = self._works.on_record()
        self._say(f"the ORCID record {ALICE} before: {listed(before)}")
        self._register("Ice cores of the Weddell Sea")
        added = self._wait_for("Ice cores of the Weddell Sea")
        self._say(f"work {added['put-code']} is on the record: {listed([added])}, added by DataCite")
        self._register("Ice cores of the Weddell Sea, second corrected edition")
        followed = self._wait_for("Ice cores of the Weddell Sea, second corrected edition")
        if followed["put-code"] != added["put-code"]:
            raise StoryError("the correction made a second work instead of changing the first")
        self._say(f"the title was corrected at DataCite, and work {followed['put-code']} followed")
        self._sign_in_elsewhere()
        self._switch(on=False)
        self._register("Ice cores, a third edition that must not be sent")
        time.sleep(QUIET_SECONDS)
        after = self._works.on_record()
        if [title_of(work) for work in after if doi_of(work) == self._doi] != [title_of(followed)]:
            raise StoryError("something was sent after Auto-Update was switched off")
        self._say(f"Auto-Update is off: a third edition was not sent. The record after: {listed(after)}")
        self._switch(on=True)

    def _sign_in(self) -> None:
        alice = self._alice
        alice.go(f"{self._profiles}/sign_in")
        alice.press("Sign in with Globus")
        if alice.can_press("Continue"):
            alice.press("Continue", organization="University of Example")
            alice.press(ALICES_LOGIN)
        if alice.can_press("Allow"):
            alice.press("Allow")
        self._say(f"Alice signed in with Globus as {ALICES_LOGIN}")
        self._is_first_run = alice.can_press("Link and keep my record up to date")
        if self._is_first_run:
            alice.press("Link and keep my record up to date")
            self._agree_at_orcid()
            alice.press("Yes, this is me")
        alice.expect(ALICE)
        self._say(f"her ORCID iD {ALICE} is linked")

    def _agree_at_orcid(self) -> None:
        """Sign in as Alice and agree on ORCID's pages, where they ask."""
        for words in ("Alice Alvarado", "Authorize access"):
            if self._alice.address.startswith(self._orcid) and self._alice.can_press(words):
                self._alice.press(words)

    def _give_permission(self) -> None:
        alice = self._alice
        alice.go(f"{self._profiles}/settings/me")
        alice.press("Get ORCID Token: Search & Link")
        self._agree_at_orcid()
        alice.expect("DataCite can now add the works you choose")
        self._say("she got an ORCID token for Search & Link: DataCite may add the works she chooses")
        if not self._is_first_run:
            # The stand-in for ORCID forgets the permission of an earlier run.
            alice.press("Get ORCID Token: ORCID Auto-Update")
            self._agree_at_orcid()
            alice.go(f"{self._profiles}/settings/me")
        if alice.can_press("Switch Auto-Update on"):
            # An earlier run of the demo switched it off.
            alice.press("Switch Auto-Update on")
            self._agree_at_orcid()
        alice.expect("Auto-Update: Working")
        cause = "linking her iD" if self._is_first_run else "her new token"
        self._say(f"Auto-Update works: {cause} gave its permission and switched it on")

    def _sign_in_elsewhere(self) -> None:
        """Sign in at the example service through Profiles, which asks for consent once."""
        alice = self._alice
        alice.go(self._example)
        if alice.can_press("Sign in with DataCite Profiles"):
            alice.press("Sign in with DataCite Profiles")
        if alice.can_press("Send me the link"):
            self._confirm_email()
        if alice.can_press("Allow and go on"):
            alice.press("Allow and go on")
        for evidence in (ALICE, self._doi, "auth_time"):
            alice.expect(evidence)
        self._say(
            f"the example service at {self._example} signed her in through Profiles, and read her claims"
        )

    def _confirm_email(self) -> None:
        """Confirm the address that Globus named, with the mail that arrives in the demo's mailbox."""
        alice = self._alice
        alice.press("Send me the link", email=ALICES_LOGIN)
        link = re.search(r"http\S+", self._wait_for_mail())
        if link is None:
            raise StoryError("the mail that asks to confirm the address has no link")
        alice.go(link.group())
        alice.press("Yes, confirm")
        self._say(f"she confirmed {ALICES_LOGIN} with a mail; read it at {self._mailbox}")

    def _wait_for_mail(self) -> str:
        started = time.monotonic()
        while time.monotonic() - started < TIMEOUT_SECONDS:
            mails = ask(f"{self._mailbox}/__sandbox__/state")["mails"]
            if mails and ALICES_LOGIN in mails[0]["to"]:
                return str(mails[0]["text"])
            time.sleep(0.2)
        raise StoryError("no mail to confirm the address arrived")

    def _switch(self, *, on: bool) -> None:
        self._alice.go(f"{self._profiles}/settings/me")
        self._alice.press(f"Switch Auto-Update {'on' if on else 'off'}")
        self._alice.expect(f"Auto-Update is {'on' if on else 'off'}")

    def _register(self, title: str) -> None:
        self._works.register(self._doi, title)
        self._say(f"a repository registered {self._doi}: {title}")

    def _wait_for(self, title: str) -> Work:
        if work := self._works.wait_for(self._doi, title):
            return work
        self._alice.go(f"{self._profiles}/works")
        raise StoryError(
            f"'{title}' did not arrive on the ORCID record; My works says: {self._alice.text[:400]}"
        )
