"""
`tocsin bench fanout` measures only what it can, and says what it lacks.

Method: the verb where there is no compiler, with a form that there is not, and with figures as a
run gives them.
"""

import json

import pytest
from tests.cli.terminal import tocsin
from tests.ops.test_fanout_bench import GOOD

from tocsin.ops import fanout_bench


def test_without_a_compiler_it_says_so_and_leaves_with_1(monkeypatch):
    monkeypatch.setenv("PATH", "")
    told = tocsin("bench", "fanout", "--subscribers", "10")

    assert told.code == 1
    assert "[bench.no_compiler]" in told.err


def test_a_form_that_nobody_listens_in_is_not_understood():
    assert tocsin("bench", "fanout", "--form", "feed").code == 2


@pytest.mark.parametrize(("ratio", "code"), [(1.05, 0), (1.5, 1)])
def test_what_was_measured_is_told_and_a_miss_leaves_with_1(monkeypatch, ratio, code):
    from dataclasses import replace

    def measured(subscribers, form, *, tls, on_run):
        on_run(0)
        return fanout_bench.Outcome(subscribers, form, tls, (replace(GOOD, cpu_ratio=ratio),))

    monkeypatch.setattr(fanout_bench, "measure", measured)
    told = tocsin("bench", "fanout")
    shape = json.loads(tocsin("bench", "fanout", "--json").out)

    assert told.code == code
    assert f"{ratio:.2f} ×" in told.out
    assert "Run 1 of 3" in told.err
    assert shape["cpu_ratio"] == ratio
    assert shape["missed"] == ["cpu_ratio"] * code
