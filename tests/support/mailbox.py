"""A mail server on this machine that keeps what it is given, and refuses on order."""

import email
import email.policy
import re
import socketserver
import threading
from email.message import EmailMessage


class Mailbox(socketserver.ThreadingTCPServer):
    """What arrived, and what the next mails are answered instead of being taken."""

    allow_reuse_address = True
    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Talk)
        self.letters: list[EmailMessage] = []
        self.refusals: list[tuple[str, str]] = []
        self.closed: dict[str, str] = {}
        self.offered: list[str] = []
        threading.Thread(target=self.serve_forever, name="mailbox", daemon=True).start()

    @property
    def url(self) -> str:
        return f"smtp://127.0.0.1:{self.server_address[1]}"

    def empty(self) -> None:
        self.letters.clear()
        self.refusals.clear()
        self.closed.clear()
        self.offered.clear()

    def refuse_next(self, answer: str, *, at: str = "RCPT") -> None:
        """Answer the next such command with this line; the answer "drop" closes the connection."""
        self.refusals.append((at, answer))

    def close(self, address: str, answer: str = "550 5.1.1 no such mailbox") -> None:
        """Answer each mail for this address with this line."""
        self.closed[address] = answer

    def links(self) -> list[str]:
        """The addresses that the letters lead to."""
        return [link for letter in self.letters for link in re.findall(r"http://\S+", text_of(letter))]


def text_of(letter: EmailMessage) -> str:
    """The plain text of a letter."""
    part = letter.get_body(("plain",))
    assert part is not None
    return part.get_content()


def page_of(letter: EmailMessage) -> str:
    """The HTML page of a letter."""
    part = letter.get_body(("html",))
    assert part is not None
    return part.get_content()


class _Talk(socketserver.StreamRequestHandler):
    server: Mailbox

    def handle(self) -> None:
        self.say("220 mailbox")
        while line := self.rfile.readline():
            verb = line[:4].decode("latin-1").upper().strip()
            if not self._go_on(verb, line.decode("latin-1")):
                return

    def say(self, text: str) -> None:
        self.wfile.write(text.encode() + b"\r\n")

    def _go_on(self, verb: str, line: str) -> bool:
        if verb == "QUIT":
            self.say("221 bye")
            return False
        if verb == "DATA":
            self.say("354 go on")
            lines = []
            while (row := self.rfile.readline()) not in {b".\r\n", b""}:
                lines.append(row[1:] if row.startswith(b"..") else row)
            refusal = self._refusal("DATA")
            if refusal is None or refusal == "drop":
                message = email.message_from_bytes(b"".join(lines), policy=email.policy.default)
                self.server.letters.append(message)
            if refusal == "drop":
                return False
            self.say(refusal or "250 kept")
            return True
        self.say(self._refusal(verb) or self._answer_of_address(verb, line) or "250 mailbox")
        return True

    def _answer_of_address(self, verb: str, line: str) -> str | None:
        if verb != "RCPT":
            return None
        address = line.partition("<")[2].partition(">")[0]
        self.server.offered.append(address)
        return self.server.closed.get(address)

    def _refusal(self, verb: str) -> str | None:
        if self.server.refusals and self.server.refusals[0][0] == verb:
            return self.server.refusals.pop(0)[1]
        return None
