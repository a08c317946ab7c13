"""
Goal: only who holds a token's secret speaks by it, only until it is revoked, and the record holds
nothing that a token could be made from.

Method: a state machine against a dictionary of the tokens in force; then single cases.
"""

from __future__ import annotations

import base64
from hashlib import sha256

import pytest
import rfc8785
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, invariant, rule
from tests.alerts.country import areas
from tests.alerts.desks import a_token, revocation
from tests.alerts.sayings import minute

from tocsin.authority.register import ROOM, Register, decide, encode
from tocsin.authority.remit import ALERTS_WRITE, DEVICES_LISTEN, EDGES_FEED, Grant, Remit
from tocsin.kernel.canonical import parse
from tocsin.kernel.errors import Corrupt
from tocsin.kernel.ids import SenderId
from tocsin.kernel.words import Rank
from tocsin.ledger.event import GENESIS, seal

publics = st.sampled_from(["0123456789ab", "ba9876543210", "000000000000"])
secrets = st.binary(min_size=32, max_size=32).map(
    lambda raw: base64.urlsafe_b64encode(raw).decode().rstrip("=")
)
names = st.sampled_from([SenderId("military"), SenderId("volunteers")])


def written(public, secret):
    return f"tcs_{public}_{secret}"


def hashed(secret):
    return sha256(secret.encode()).hexdigest()


class RegisterMachine(RuleBasedStateMachine):
    tokens = Bundle("tokens")

    def __init__(self):
        super().__init__()
        self.register = Register()
        self.events = []
        self.in_force = {}

    def record(self, command):
        in_force = self.register.in_force(command.token)
        version = self.register.version(command.area)
        decided = decide(version, command, in_force=in_force)
        for event in decided:
            mark = event.id.rsplit("-", 1)[1]
            place = len(self.events) + 1
            sealed = seal(place, mark, command.command_id, encode(event), minute(0), GENESIS)
            self.events.append(sealed)
            self.register.apply(sealed)
            self.register.apply(sealed)
        return decided

    @rule(
        target=tokens,
        public=publics,
        secret=secrets,
        name=names,
        rank=st.sampled_from(Rank),
        area=areas,
    )
    def issue(self, public, secret, name, rank, area):
        command = a_token(
            token=public, name=name, rank=rank, area=area, secret_sha256=hashed(secret)
        )
        decided = self.record(command)
        assert bool(decided) is (public not in self.in_force)
        if decided:
            grant = Grant(name, rank, Remit("alerts:write", area))
            self.in_force[public] = (secret, grant)
        return public, secret

    @rule(public=publics, area=areas)
    def revoke(self, public, area):
        decided = self.record(revocation(token=public, area=area))
        assert bool(decided) is (self.in_force.pop(public, None) is not None)

    @rule()
    def restart(self):
        self.register = Register.load(self.register.dump())

    @rule(token=tokens)
    def present(self, token):
        public, secret = token
        kept, grant = self.in_force.get(public, (None, None))
        assert self.register.grant(written(public, secret)) == (grant if kept == secret else None)

    @invariant()
    def the_listing_is_what_is_in_force(self):
        wanted = tuple((public, grant) for public, (_, grant) in sorted(self.in_force.items()))
        assert self.register.listing() == wanted
        anew = Register()
        for event in self.events:
            anew.apply(event)
        assert anew.dump() == self.register.dump()

    @invariant()
    def no_secret_is_recorded(self):
        bodies = "".join(event.body for event in self.events)
        assert not any(secret in bodies for secret, _ in self.in_force.values())
        for event in self.events:
            assert event.body.encode() == rfc8785.dumps(parse(event.body))


TestRegister = RegisterMachine.TestCase
TestRegister.settings = settings(max_examples=60, stateful_step_count=25)


def issued(secret):
    machine = RegisterMachine()
    machine.record(a_token(secret_sha256=hashed(secret)))
    return machine


@given(st.text())
def test_any_other_text_is_nobodys_token(text):
    secret = "A" * 43
    register = issued(secret).register
    assert register.grant(text) is None
    assert register.grant(written("0123456789ab", secret)) is not None


@given(secrets, st.integers(0, 59))
def test_a_token_with_one_letter_changed_is_nobodys(secret, place):
    token = written("0123456789ab", secret)
    other = "B" if token[place] != "B" else "C"
    register = issued(secret).register
    assert register.grant(token[:place] + other + token[place + 1 :]) is None


@pytest.mark.parametrize(
    ("kind", "body"),
    [("TokenIssued", "{}"), ("TokenRevoked", "null"), ("TokenLent", "{}"), ("TokenIssued", "{")],
)
def test_what_cannot_be_read_is_corruption(kind, body):
    event = issued("A" * 43).events[0]
    with pytest.raises(Corrupt, match=r"authority\.unreadable_event"):
        Register().apply(event._replace(kind=kind, body=body))


def test_devices_are_those_that_may_listen_and_edges_those_that_may_feed_and_nobody_else():
    machine = RegisterMachine()
    machine.record(a_token(token="0" * 12, power=ALERTS_WRITE))
    machine.record(a_token(token="1" * 12, power=DEVICES_LISTEN, secret_sha256=hashed("A")))
    machine.record(a_token(token="2" * 12, power=EDGES_FEED, secret_sha256=hashed("B")))
    assert machine.register.devices() == {
        "devices": {"1" * 12: hashed("A")}, "edges": {"2" * 12: hashed("B")},
    }  # fmt: skip
    machine.record(revocation(token="1" * 12))
    machine.record(revocation(token="2" * 12))
    assert machine.register.devices() == {"devices": {}, "edges": {}}


def test_other_rooms_events_move_the_register_on_and_change_nothing():
    event = issued("A" * 43).events[0]
    register = Register()
    register.apply(event._replace(room="alerts", position=7))
    assert (register.position, register.listing(), event.room) == (7, (), ROOM)
