"""
The register: which tokens there are, who speaks by them, and which are void.

A projection of this room's events, and the room's `decide`. A token is shown once, when it is
made: `tcs_` + 12 hexadecimal digits + `_` + 43 characters of base64url (256 random bits).
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Final

import msgspec

from tocsin.authority.messages import (
    AuthorityCommand,
    AuthorityEvent,
    AuthorityFact,
    IssueToken,
    RevokeToken,
    TokenIssued,
    TokenRevoked,
)
from tocsin.authority.remit import DEVICES_LISTEN, EDGES_FEED, Grant, Remit
from tocsin.kernel.errors import Corrupt
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.words import Status
from tocsin.ledger.event import Recorded, command_mark, event_id
from tocsin.ledger.facts import Facts

ROOM: Final = "authority"

SNAPSHOT: Final = "authority.register"
SNAPSHOT_SHAPE: Final = 1
"""Raise by one whenever `TokenIssued` or `_Snapshot` changes."""

_TOKEN = re.compile(r"tcs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_FACTS: tuple[type[AuthorityFact], ...] = (TokenIssued, TokenRevoked)
_EVENTS: Final = Facts(
    ROOM, _FACTS, AuthorityEvent, lambda said: Corrupt("authority.unreadable_event", said)
)

encode = _EVENTS.encode


class _Snapshot(msgspec.Struct, array_like=True):
    position: int
    tokens: dict[str, tuple[AreaCode, TokenIssued]]
    versions: dict[AreaCode, int]


class Register:
    """Know every token by its public half. Not thread-safe: one task owns it."""

    def __init__(self) -> None:
        self.position = 0
        self._tokens: dict[str, tuple[AreaCode, TokenIssued]] = {}
        self._versions: dict[AreaCode, int] = {}

    def apply(self, recorded: Recorded) -> None:
        """Fold one recorded event; one seen before, or another room's, changes nothing."""
        if recorded.position <= self.position:
            return
        self.position = recorded.position
        if recorded.room != ROOM:
            return
        fact = _EVENTS.decode(recorded).fact
        self._versions[recorded.area] = recorded.version
        match fact:
            case TokenIssued():
                self._tokens[fact.token] = (recorded.area, fact)
            case TokenRevoked():
                self._tokens.pop(fact.token, None)

    def version(self, area: AreaCode) -> int:
        """Tell the room's version of an area."""
        return self._versions.get(area, 0)

    def in_force(self, token: str) -> bool:
        """Say whether a token, named by its public half, was issued and not revoked."""
        return token in self._tokens

    def grant(self, token: str) -> Grant | None:
        """Tell who speaks by a token and what it may do; None for one unknown, wrong or void."""
        parts = _TOKEN.fullmatch(token)
        if parts is None or parts[1] not in self._tokens:
            return None
        area, issued = self._tokens[parts[1]]
        digest = sha256(parts[2].encode()).hexdigest()
        if not hmac.compare_digest(digest, issued.secret_sha256):
            return None
        return Grant(issued.name, issued.rank, Remit(issued.power, area))

    def listing(self) -> tuple[tuple[str, Grant], ...]:
        """List the tokens in force by their public halves."""
        return tuple(
            (token, Grant(issued.name, issued.rank, Remit(issued.power, area)))
            for token, (area, issued) in sorted(self._tokens.items())
        )

    def devices(self) -> dict[str, dict[str, str]]:
        """List the tokens of devices and of edges: public half to the SHA-256 of the secret one."""
        listed: dict[str, dict[str, str]] = {"devices": {}, "edges": {}}
        kinds = {DEVICES_LISTEN: "devices", EDGES_FEED: "edges"}
        for token, (_, issued) in self._tokens.items():
            if issued.power in kinds:
                listed[kinds[issued.power]][token] = issued.secret_sha256
        return listed

    def dump(self) -> bytes:
        """Pack the register for a snapshot."""
        return msgspec.msgpack.encode(_Snapshot(self.position, self._tokens, self._versions))

    @classmethod
    def load(cls, packed: bytes) -> Register:
        """Unpack a register from a snapshot of the same `SNAPSHOT_SHAPE`."""
        snapshot = msgspec.msgpack.decode(packed, type=_Snapshot)
        register = cls()
        register.position = snapshot.position
        register._tokens = snapshot.tokens
        register._versions = snapshot.versions
        return register


def decide(
    version: int, command: AuthorityCommand, *, in_force: bool
) -> tuple[AuthorityEvent, ...]:
    """
    Answer a command with at most one event; none means "it is already so".

    Args:
        version: The room's version of the command's area so far.
        command: What is asked for.
        in_force: Whether the token that the command names is in force.
    """
    fact: AuthorityFact
    match command:
        case IssueToken():
            if in_force:
                return ()
            fact = TokenIssued(
                token=command.token,
                name=command.name,
                rank=command.rank,
                power=command.power,
                secret_sha256=command.secret_sha256,
            )
        case RevokeToken():
            if not in_force:
                return ()
            fact = TokenRevoked(token=command.token)
    name = event_id(command.area, version + 1, command_mark(command.command_id))
    return (
        AuthorityEvent(
            name, command.area, version + 1, Status.ACTUAL, command.sender, command.at, fact
        ),
    )
