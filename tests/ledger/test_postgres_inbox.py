"""
What a core lays into the inbox lies there once, in its order, until a core has decided it.

Method: examples on a real PostgreSQL; `commands/test_handover.py` has the whole way there.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest
from tests.postgres import gate

from tocsin.kernel.errors import Unavailable
from tocsin.ledger import postgres_inbox
from tocsin.ledger.postgres import channel
from tocsin.ledger.postgres_inbox import Inbox
from tocsin.ledger.postgres_link import Address
from tocsin.ledger.postgres_schema import create
from tocsin.ledger.spool import Spooled

pytestmark = pytest.mark.postgres


def said(name) -> Spooled:
    return Spooled(name, "0123456789abcdef", f'{{"of":"{name}"}}', f'{{"told":"{name}"}}')


@pytest.fixture
def address(postgres):
    found = Address(postgres.socket_url, postgres.new_schema())
    create(found)
    return found


@pytest.fixture
def inbox(address):
    opened = Inbox(address, channel(address))
    yield opened
    opened.close()


def test_commands_lie_in_their_order_and_once(inbox, monkeypatch):
    monkeypatch.setattr(postgres_inbox, "AT_ONCE", 2)
    names = ["c", "a", "b", "e", "d"]
    inbox.put([said(name) for name in names])
    inbox.put([said(name) for name in ["z", *names]])
    seen = []
    while waiting := inbox.waiting():
        for name, request in waiting:
            assert request == said(name).request
            inbox.settle(name, f'{{"answer":"{name}"}}')
            seen.append(name)
    assert seen == [*names, "z"]


def test_the_first_outcome_stays(inbox):
    inbox.put([said("a"), said("b")])
    inbox.settle("a", "first")
    inbox.settle("a", "second")
    assert inbox.outcomes(["a", "b", "never"]) == {"a": "first"}
    assert inbox.told('"a"') == [('{"told":"a"}', "first")]
    assert inbox.told('"b"') == []


def test_two_cores_lay_in_at_once_and_each_ones_order_is_kept(address):
    boxes = [Inbox(address, channel(address)) for _ in range(2)]
    lots = [[said(f"{who}-{n}") for n in range(300)] for who in "xy"]
    with ThreadPoolExecutor(2) as cores:
        list(cores.map(lambda box, lot: box.put(lot), boxes, lots))
    found = []
    while waiting := boxes[0].waiting():
        found += [name for name, _ in waiting]
        for name, _ in waiting:
            boxes[0].settle(name, "done")
    for who, lot in zip("xy", lots, strict=True):
        assert [name for name in found if name[0] == who] == [one.command_id for one in lot]
    for box in boxes:
        box.close()


def test_an_inbox_out_of_reach_says_so_and_is_there_again(postgres, address):
    with gate(postgres) as way:
        inbox = Inbox(Address(way.url, address.schema), channel(address))
        inbox.put([said("a")])
    with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
        inbox.waiting()
    with pytest.raises(Unavailable, match=r"ledger\.unreachable"):
        inbox.put([said("b")])
    inbox.close()
