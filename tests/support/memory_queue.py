"""A queue that speaks SQS from memory, as much of it as a listener needs; a burst does not slow it down."""

import json
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any


class MemoryQueue:
    """Messages that wait, and those that a listener holds."""

    def __init__(self, bodies: Iterable[str]) -> None:
        self._waiting = deque((str(number), body) for number, body in enumerate(bodies))
        self._held: dict[str, str] = {}
        self._changed = threading.Condition()
        self.url = ""

    @property
    def left(self) -> tuple[int, int]:
        """How many messages wait, and how many are held."""
        return len(self._waiting), len(self._held)

    def answer(self, operation: str, asked: dict[str, Any]) -> dict[str, Any]:
        """Do what SQS does for an operation."""
        match operation:
            case "GetQueueUrl":
                return {"QueueUrl": f"{self.url}/1/{asked['QueueName']}"}
            case "ReceiveMessage":
                return {"Messages": self._receive(asked["MaxNumberOfMessages"], asked["WaitTimeSeconds"])}
            case "DeleteMessageBatch":
                return {"Successful": [self._delete(entry) for entry in asked["Entries"]], "Failed": []}
        raise NotImplementedError(operation)

    def _receive(self, most: int, wait: float) -> list[dict[str, Any]]:
        with self._changed:
            self._changed.wait_for(lambda: self._waiting, timeout=wait)
            taken = [self._waiting.popleft() for _ in range(min(most, len(self._waiting)))]
            self._held.update(taken)
        attributes = {"ApproximateReceiveCount": "1"}
        return [
            {"MessageId": number, "ReceiptHandle": number, "Body": body, "Attributes": attributes}
            for number, body in taken
        ]

    def _delete(self, entry: dict[str, str]) -> dict[str, str]:
        with self._changed:
            del self._held[entry["ReceiptHandle"]]
        return {"Id": entry["Id"]}


@contextmanager
def serving(bodies: Iterable[str]) -> Iterator[MemoryQueue]:
    """Serve a queue with these messages."""
    queue = MemoryQueue(bodies)

    class Talk(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            answer = json.dumps(queue.answer(self.headers["X-Amz-Target"].partition(".")[2], asked)).encode()
            self.send_response(200)
            self.send_header("Content-Type", "application/x-amz-json-1.0")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_words: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Talk) as server:
        queue.url = f"http://127.0.0.1:{server.server_address[1]}"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield queue
        server.shutdown()
