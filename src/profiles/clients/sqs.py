"""The queue on which DataCite announces changed DOIs (SQS). Needs the extra ``sqs``; nothing else does."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from profiles.clients.errors import ServiceUnavailableError
from profiles.domain import problems

MAX_MESSAGES: Final = 10
"""SQS gives and takes at most so many messages in one call."""


class SqsMissingError(Exception):
    """The library for SQS is not installed; install the extra ``sqs``."""


@dataclass(frozen=True, slots=True)
class QueueMessage:
    """One message as it came, and the handle by which it is acknowledged."""

    message_id: str
    body: str
    handle: str
    received: int


class Sqs:
    """One queue, read at least once: a message comes back unless it was acknowledged in time."""

    def __init__(self, queue: str, *, endpoint: str = "", region: str = "eu-west-1") -> None:
        """Find the queue by its name.

        Raises:
            SqsMissingError: boto3 is not installed.
            ServiceUnavailableError: there is no such queue, or SQS does not answer.
        """
        try:
            import boto3
            from botocore.config import Config
            from botocore.exceptions import BotoCoreError, ClientError
        except ImportError as error:
            raise SqsMissingError("install datacite-profiles[sqs] to read the queue") from error
        self._errors: tuple[type[Exception], ...] = (BotoCoreError, ClientError)
        config = Config(connect_timeout=5, read_timeout=30, retries={"mode": "standard", "max_attempts": 3})
        self._client: Any = boto3.client(
            "sqs", region_name=region, endpoint_url=endpoint or None, config=config
        )
        self._url = self._call("queue/find", "get_queue_url", QueueName=queue)["QueueUrl"]

    def receive(self, *, wait: int = 20, hold: int = 60) -> list[QueueMessage]:
        """Wait up to ``wait`` seconds for messages and hold them for ``hold`` seconds.

        Raises:
            ServiceUnavailableError: SQS does not answer; nothing was taken.
        """
        answer = self._call(
            "queue/receive",
            "receive_message",
            QueueUrl=self._url,
            MaxNumberOfMessages=MAX_MESSAGES,
            WaitTimeSeconds=wait,
            VisibilityTimeout=hold,
            AttributeNames=["ApproximateReceiveCount"],
        )
        return [
            QueueMessage(
                message["MessageId"],
                message.get("Body", ""),
                message["ReceiptHandle"],
                int(message.get("Attributes", {}).get("ApproximateReceiveCount", 1)),
            )
            for message in answer.get("Messages", ())
        ]

    def acknowledge(self, messages: Sequence[QueueMessage]) -> int:
        """Take messages off the queue for good; say how many. One that stays comes again, which is harmless.

        Raises:
            ServiceUnavailableError: SQS does not answer; all of them may come again.
        """
        if not messages:
            return 0
        entries = [{"Id": str(n), "ReceiptHandle": message.handle} for n, message in enumerate(messages)]
        answer = self._call("queue/acknowledge", "delete_message_batch", QueueUrl=self._url, Entries=entries)
        return len(answer.get("Successful", ()))

    def _call(self, route: str, method: str, **arguments: Any) -> Any:
        try:
            return getattr(self._client, method)(**arguments)
        except self._errors as error:
            raise ServiceUnavailableError(
                f"sqs {route}: {type(error).__name__}", problem=problems.DATACITE_UNAVAILABLE
            ) from None
