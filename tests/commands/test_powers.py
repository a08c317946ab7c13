"""
Goal: nobody speaks of a shelter as more than they are.

Method: every power and rank against every way to say something.
"""

from __future__ import annotations

import pytest
from tests.shelters.sayings import MAYOR, TOWN, counts, edition, listing, reports, says, shows

from tocsin.authority import remit
from tocsin.authority.remit import Grant, Remit
from tocsin.commands.powers import powers, source_of
from tocsin.kernel.words import Rank
from tocsin.shelters.messages import SourceKind, State


def granted(power, rank=Rank.AUTHORITY):
    return Grant(MAYOR, rank, Remit(power, TOWN))


@pytest.mark.parametrize(
    ("power", "rank", "source"),
    [
        (remit.SHELTERS_WRITE, Rank.AUTHORITY, SourceKind.OFFICIAL),
        (remit.SHELTERS_WRITE, Rank.OBSERVER, SourceKind.OPERATOR),
        (remit.SHELTERS_KEEP, Rank.AUTHORITY, SourceKind.OPERATOR),
        (remit.SHELTERS_KEEP, Rank.OBSERVER, SourceKind.OPERATOR),
        (remit.SHELTERS_SENSE, Rank.AUTHORITY, SourceKind.SENSOR),
    ],
)
def test_who_speaks_follows_from_the_token(power, rank, source):
    assert source_of(granted(power, rank)) is source
    assert power in powers(says(State.OPEN, source))


@pytest.mark.parametrize("power", [remit.SHELTERS_KEEP, remit.SHELTERS_SENSE, remit.SHELTERS_READ])
def test_a_keepers_token_lists_nothing_and_is_no_officials_word(power):
    for command in (says(State.OPEN, SourceKind.OFFICIAL), edition(listing()), shows(False)):
        assert power not in powers(command)


def test_a_sensor_does_not_speak_as_the_keeper_and_both_may_count():
    assert remit.SHELTERS_SENSE not in powers(says(State.OPEN))
    assert {remit.SHELTERS_SENSE, remit.SHELTERS_KEEP} < set(powers(counts(1)))


def test_a_token_has_no_part_in_what_a_phone_reports():
    assert powers(reports(1)) == ()


def test_reading_and_sounding_give_no_power_over_shelters():
    for command in (says(), counts(1), edition(listing()), shows(True)):
        assert not {remit.ALERTS_WRITE, remit.SHELTERS_READ} & set(powers(command))
