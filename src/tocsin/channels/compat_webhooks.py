"""
Webhooks of the dialect of ukrainealarm: who registers an address is called at each change.

`POST webhook` registers `{"webHookUrl": "https://…"}`, `PATCH` changes it, `DELETE` removes it.
There is one for each key, which is whatever the client sends as `Authorization`: keys are not
given out here, so a long one is all that keeps a webhook from being changed by somebody else.
Nobody is called but at the hosts that the operator has named (`compat_webhooks`): where there are
none, and in a replay, the answer is 501.

On a shared record each core calls those who have registered with it, from a list of its own.

Source: docs/reference/compat.md; decision 0018.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

import msgspec
from fastapi import Request, Response

from tocsin.alerts.board import Applied
from tocsin.channels.compat_answers import Interpreter
from tocsin.channels.compat_webhook_calls import Calls, Sign
from tocsin.channels.compat_webhook_changes import Changes
from tocsin.channels.compat_webhook_hosts import Hosts, read_webhook_hosts
from tocsin.channels.compat_webhook_list import WebhookList, key_of, webhooks_path
from tocsin.kernel.errors import Malformed, Refused, TocsinError
from tocsin.ledger.signing import Signer

BODY_BYTES: Final = 4_096
"""An address of 500 characters, each written as \\uXXXX, and a little around it."""


class Asked(msgspec.Struct):
    """What a client sends."""

    webHookUrl: str  # noqa: N815  # Its name there.


class WebhookSettings(NamedTuple):
    """
    What a server calls webhooks with.

    Args:
        path: The file of those who have registered; none keeps them while the server runs.
        sign: Signs bytes with the server's own key.
        key_id: Names that key.
    """

    hosts: Hosts = Hosts()
    path: Path | None = None
    sign: Sign = lambda _: ""
    key_id: str = ""


CALLS_NOBODY: Final = WebhookSettings()


def webhook_settings(hosts: str, ledger: Path, signer: Signer) -> WebhookSettings:
    """
    Put together what a server with a record and a key calls webhooks with.

    Raises:
        Malformed: `compat.webhooks`.
    """
    path = webhooks_path(ledger)
    return WebhookSettings(read_webhook_hosts(hosts), path, signer.sign_text, signer.key_id)


class Webhooks:
    """Take registrations, and have those who registered called."""

    def __init__(
        self, interpreter: Interpreter, settings: WebhookSettings, clock: Callable[[], float]
    ) -> None:
        self._interpreter = interpreter
        self._hosts = settings.hosts
        self._changes = Changes(interpreter, clock)
        self.known = WebhookList(settings.path, self._changes)
        self.calls = Calls(
            self.known,
            self._changes,
            interpreter,
            sign=settings.sign,
            key_id=settings.key_id,
        )
        if self._hosts:
            self.known.load(self._may_be_called)

    def _may_be_called(self, url: str) -> bool:
        try:
            return self._hosts.check(url) == url
        except TocsinError:
            return False

    async def answer(self, request: Request) -> Response:
        """
        Register, change or remove a webhook.

        Raises:
            Refused: `compat.no_webhook` and others.
            Malformed: `compat.webhook_url`.
            Unavailable: `compat.webhooks_unwritable`.
        """
        if not self._hosts or self._interpreter.live.replay:
            sentence = "This server calls nobody; ask alerts/status, or keep /api/v1/stream open."
            raise Refused("compat.no_webhook", sentence, status=501)
        authorization = request.headers.get("authorization", "")
        if not authorization:
            raise Refused(
                "compat.webhook_key",
                "A webhook needs a key in Authorization, to be changed and removed by.",
                status=403,
            )
        key = key_of(authorization)
        webhook = self.known.find(key)
        if request.method == "DELETE":
            url = None if webhook is None else webhook.url
            if webhook is not None:
                await self.known.remove(webhook)
        elif request.method == "PATCH" and webhook is None:
            raise Refused("compat.not_found", "This key has no webhook to change.", status=404)
        else:
            url = self._hosts.check(_asked(await _body(request)))
            await self.known.put(key, url)
            self.calls.tell()
        # A client reads the address back; the others look at the status alone.
        content = msgspec.json.encode({"webHookUrl": url})
        headers = {"cache-control": "no-store", "access-control-allow-origin": "*"}
        return Response(content, headers=headers, media_type="application/json")

    def changed(self, applied: Applied) -> None:
        """Take in one event that the board has just taken."""
        self._changes.note(applied.event.at)

    def tell(self) -> None:
        """Have those called whom a change concerns."""
        if len(self.known) and not self._interpreter.live.replay:
            self._changes.take()
            self.calls.tell()

    async def run(self) -> None:
        """Call until cancelled, beginning with what was not told before."""
        if not self._hosts:
            return
        self.tell()
        await self.calls.run()


async def _body(request: Request) -> bytes:
    body = b""
    async for part in request.stream():
        body += part
        if len(body) > BODY_BYTES:
            break  # What is as long is not read as JSON either.
    return body


def _asked(body: bytes) -> str:
    try:
        return msgspec.json.decode(body, type=Asked).webHookUrl
    except msgspec.DecodeError:
        sentence = 'Send {"webHookUrl": "https://…"}.'
        raise Malformed("compat.webhook_url", sentence, where="webHookUrl") from None
