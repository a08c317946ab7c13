"""
Goal: a bench that says what it saw, is void where its control is, and names what is missed.

Method: runs are judged as they come; and one small run with a real edge.
"""

from __future__ import annotations

import os
import time
from dataclasses import replace

import pytest

from tocsin.kernel.errors import Refused
from tocsin.kernel.wire import Form
from tocsin.ops.fanout_bench import (
    SPARE_DESCRIPTORS,
    TARGET_STALLED_KB,
    Beside,
    Outcome,
    Run,
    cpu_ns,
    measure,
)
from tocsin.ops.fanout_nchan import find_module

GOOD = Run(
    cpu_ratio=1.05, last_ratio=1.05, p99_ratio=1.05, control_cpu_ratio=1.0, control_last_ratio=1.0,
    cpu_us=10.0, floor_cpu_us=9.5, last_ms=11.0, floor_last_ms=10.5, idle_kb=0.1, lost=0,
)  # fmt: skip


def outcome(*runs, form=Form.SSE, tls=False):
    return Outcome(1_000, form, tls, runs)


def test_the_median_of_the_runs_counts():
    runs = [replace(GOOD, cpu_ratio=ratio) for ratio in (1.3, 1.05, 1.0)]

    assert outcome(*runs).value("cpu_ratio") == 1.05
    assert outcome(*runs).missed == []


@pytest.mark.parametrize(
    ("other", "missed"),
    [
        ({"cpu_ratio": 1.11}, ["cpu_ratio"]),
        ({"last_ratio": 1.11}, ["last_ratio"]),
        ({"idle_kb": 0.31}, ["idle_kb"]),
        ({"lost": 1}, ["lost"]),
        ({"nchan_ratio": 0.76}, ["nchan_ratio"]),
        ({"stalled_kb": 32.1}, ["stalled_kb"]),
        ({"stalled_cpu_change": 1.16}, ["stalled_cpu_change"]),
        ({"stalled_last_change": 1.16}, ["stalled_last_change"]),
        ({"unwoken": 1}, ["unwoken"]),
    ],
)
def test_what_misses_its_target_is_named(other, missed):
    assert outcome(replace(GOOD, **other)).missed == missed


def test_what_was_not_measured_has_no_figure_and_misses_nothing():
    shape = outcome(GOOD).shape()

    assert shape["nchan_ratio"] is shape["stalled_kb"] is None
    assert shape["runs"][0]["nchan_ratio"] is None
    assert shape["missed"] == []


def test_one_lost_message_in_any_run_is_a_miss():
    assert outcome(GOOD, replace(GOOD, lost=1), GOOD).missed == ["lost"]


@pytest.mark.parametrize("control", [0.89, 1.13])
def test_a_run_whose_control_is_off_says_nothing(control):
    assert outcome(replace(GOOD, control_cpu_ratio=control)).void
    assert outcome(replace(GOOD, control_cpu_ratio=control)).shape()["void"]


def test_each_way_has_its_own_target():
    assert outcome(GOOD).target == 1.10
    assert outcome(GOOD, form=Form.WEBSOCKET).target == 1.15
    assert outcome(GOOD, tls=True).target == 1.20
    assert outcome(replace(GOOD, idle_kb=15.7), tls=True).missed == []


def test_the_scheduler_tells_what_a_process_has_worked():
    before = cpu_ns(os.getpid())
    time.sleep(0.002)  # It is counted when a process stops working.

    assert cpu_ns(os.getpid()) > before


def test_more_subscribers_than_the_machine_allows_are_refused_before_anything_is_compiled(
    monkeypatch,
):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda _: (1_000, 1_000))

    with pytest.raises(Refused, match=r"bench\.too_many_subscribers"):
        measure(1_001 - SPARE_DESCRIPTORS, Form.SSE, tls=False)


@pytest.mark.compiler
def test_a_real_edge_loses_nothing():
    seen = []
    taken = measure(20, Form.WEBSOCKET, tls=False, runs=1, messages=3, on_run=seen.append)

    assert seen == [0]
    assert taken.shape()["lost"] == 0
    assert taken.value("cpu_ratio") > 0
    assert taken.shape()["stalled_kb"] is None


@pytest.mark.compiler
def test_those_who_sleep_are_weighed_and_hear_the_newest_board_when_they_wake():
    beside = Beside(nchan=True, stalled=6)
    taken = measure(20, Form.SSE, tls=False, beside=beside, runs=1, messages=3)

    assert taken.shape()["lost"] == taken.shape()["unwoken"] == 0
    assert 4 < taken.value("stalled_kb") <= TARGET_STALLED_KB
    assert (taken.shape()["nchan_ratio"] is None) == (find_module() is None)
