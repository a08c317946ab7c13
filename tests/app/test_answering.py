"""A standby is ready for readers and no fault of it counts; who is cut off says that it is."""

from __future__ import annotations

from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from tocsin.app.answering import BEHIND_MOST, Answering
from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.kernel.wire import Place
from tocsin.ledger.duty import Duty, refusal
from tocsin.ledger.port import Head


@pytest.fixture
def made():
    record = SimpleNamespace(
        duty=Duty.ACTIVE, answers=[], head=lambda: Head(record.position, "", ""), position=7
    )
    record.handle = lambda _requests: record.answers
    live = SimpleNamespace(place=Place("e", 7), replay=False)
    answering = Answering(record, None, live, None, wake=lambda: None, timed=nullcontext)
    yield record, answering
    answering.writer.close()


def test_a_standby_that_shows_everything_is_ready_whatever_it_refuses(made):
    record, answering = made
    record.duty = Duty.STANDBY
    record.answers = [refusal(Duty.STANDBY)]
    answering._decide([None])
    assert answering.readiness().reasons == ()
    assert answering.recorded() == 7


def test_who_is_cut_off_is_not_ready_until_it_is_back(made):
    record, answering = made
    record.duty = Duty.CUT_OFF
    assert answering.readiness().reasons == (refusal(Duty.CUT_OFF).sentence,)
    assert answering.recorded() is None
    record.duty = Duty.ACTIVE
    assert answering.readiness().reasons == ()


def test_a_full_disk_a_lag_and_damage_are_reasons(made):
    record, answering = made
    record.answers = [Unavailable("ledger.disk_full", "No room.")]
    answering._decide([None])
    record.position = 7 + BEHIND_MOST + 1
    answering.on_corrupt(Corrupt("ledger.gap", "A gap."))
    assert [reason[:5] for reason in answering.readiness().reasons] == ["A gap", "No ro", "The l"]
