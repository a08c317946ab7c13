"""
Goal: the judge of the edge's campaign finds what was missed and what was told twice; and an edge
that is killed or succeeded while alerts flow costs nobody anything.

Method: logs written by hand; then a short scene of the campaign, in all forms, which
`scripts/campaign-edge` plays with a thousand clients, and with builds that must fail.
"""

from __future__ import annotations

from random import Random

import pytest
from tests.chaos.listening import Client, Scene, judge

from tocsin.kernel.wire import Form

RECORD = [3, 4, 5, 6]


def judged(*log):
    client = Client(Form.SSE, Random(1))
    client.log = list(log)
    return judge([client], RECORD)


def heard(*positions):
    return [("alert", position) for position in positions]


@pytest.mark.parametrize(
    ("log", "missed", "doubled"),
    [
        ([("board", 2), *heard(3, 4, 5, 6)], 0, 0),
        ([("board", 2), *heard(3), ("board", 5), *heard(6)], 0, 0),
        ([("board", 6)], 0, 0),
        ([("board", 2), *heard(3, 5, 6)], 1, 0),
        ([("board", 2), *heard(3, 4)], 2, 0),
        ([("board", 2), *heard(3, 4, 4, 5, 6)], 0, 1),
        ([("board", 4), *heard(4, 5, 6)], 0, 1),
        ([], 4, 0),
    ],
)
def test_a_log_is_held_against_the_record(log, missed, doubled):
    verdict = judged(*log)
    assert (verdict.missed, verdict.doubled) == (missed, doubled)
    assert verdict.clean == (not missed and not doubled)


def test_a_board_that_goes_back_is_a_fault_and_so_is_a_message_before_any():
    assert not judged(("board", 6), ("board", 5)).clean
    assert not judged(*heard(3, 4, 5, 6)).clean


def test_an_edge_that_is_killed_costs_nobody_anything(tmp_path):
    scene = Scene("edge killed", clients=20, seconds=2, every_s=2)
    verdict = scene.play(tmp_path, per_second=20)
    assert (verdict.clean, scene.times) == (True, 1)
    assert verdict.connections == 40
