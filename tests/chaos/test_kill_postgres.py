"""
Whatever is killed, the core or PostgreSQL itself, nothing acknowledged is lost, and no half stays.

Method: real crashes of a PostgreSQL of its own, and weakened builds that must be caught by the
same harness. `scripts/campaign` runs many rounds of it.
"""

from __future__ import annotations

import os
from functools import partial

import pytest
from tests.chaos.crashed_postgres import postgres_rounds
from tests.chaos.disk import disk, needs_disks
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


@pytest.fixture
def on_a_disk():
    needs_disks()
    with disk(320) as made:
        made.root.parent.chmod(0o711)
        with cluster(made.root) as found:
            os.sync()  # Nothing was lost that had never been on disk.
            yield partial(postgres_rounds, cluster=found, cut=made.cut_power)


@pytest.mark.root
def test_nothing_acknowledged_is_lost_when_postgresql_loses_its_power(on_a_disk):
    outcome = on_a_disk(4)
    print(outcome)
    assert outcome.clean, outcome.notes
    assert outcome.acknowledged > 40


@pytest.mark.root
def test_a_build_that_does_not_wait_for_the_disk_is_caught_by_a_power_cut(on_a_disk):
    outcome = on_a_disk(20, build="CommitsLater", until_caught=True)
    print(f"controls: CommitsLater was caught by cut {outcome.rounds}")
    assert not outcome.clean
