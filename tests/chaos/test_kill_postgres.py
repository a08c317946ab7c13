"""
Whatever is killed, the core or PostgreSQL itself, nothing acknowledged is lost, and no half stays.

Method: real crashes of a PostgreSQL of its own, and weakened builds that must be caught by the
same harness. `scripts/campaign` runs many rounds of it.
"""

from __future__ import annotations

import pytest
from tests.chaos.crashed_postgres import postgres_rounds
from tests.postgres import cluster

pytestmark = pytest.mark.postgres


@pytest.fixture(scope="module")
def crashed():
    with cluster() as made:
        yield made


def test_nothing_acknowledged_is_lost_when_a_core_or_postgresql_is_killed(crashed):
    outcome = postgres_rounds(6, crashed)
    print(outcome)
    assert outcome.clean, outcome.notes
    assert outcome.acknowledged > 60


@pytest.mark.parametrize("build", ["CommitsLater", "AnswersFirstShared"])
def test_the_harness_catches_a_build_that_breaks_the_promise(crashed, build):
    outcome = postgres_rounds(40, crashed, build, until_caught=True)
    print(f"controls: {build} was caught in round {outcome.rounds}")
    assert not outcome.clean
