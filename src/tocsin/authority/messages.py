"""
The words of the room: tokens are issued and revoked.

A token's secret is in no event: only its SHA-256, from which 256 random bits cannot be found.
"""

from __future__ import annotations

from typing import NamedTuple, TypeAlias

import msgspec

from tocsin.kernel.ids import AreaCode, CommandId, EventId, SenderId
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Rank, Status


class IssueToken(msgspec.Struct, frozen=True, kw_only=True):
    """
    Let an organisation say things, within a scope.

    Args:
        sender: Who issues the token: the operator at the machine.
        area: The area of the scope, primary code.
        token: The public half of the token, 12 hexadecimal digits.
        name: The organisation that will speak by it: the `sender` of what it says.
        power: What it may do, for instance `alerts:write`.
        secret_sha256: 64 hexadecimal digits.
    """

    command_id: CommandId
    sender: SenderId
    area: AreaCode
    at: Moment
    token: str
    name: SenderId
    rank: Rank
    power: str
    secret_sha256: str


class RevokeToken(msgspec.Struct, frozen=True, kw_only=True):
    """Take a token back; it says nothing from here on."""

    command_id: CommandId
    sender: SenderId
    area: AreaCode
    at: Moment
    token: str


class TokenIssued(msgspec.Struct, frozen=True, kw_only=True):
    """An organisation may speak from here on."""

    token: str
    name: SenderId
    rank: Rank
    power: str
    secret_sha256: str


class TokenRevoked(msgspec.Struct, frozen=True, kw_only=True):
    """A token is void from here on."""

    token: str


AuthorityCommand: TypeAlias = IssueToken | RevokeToken
AuthorityFact: TypeAlias = TokenIssued | TokenRevoked


class AuthorityEvent(NamedTuple):
    """A fact with the columns of its event; see `tocsin.ledger.event.NewEvent` for those."""

    id: EventId
    area: AreaCode
    version: int
    status: Status
    sender: SenderId
    at: Moment
    fact: AuthorityFact
