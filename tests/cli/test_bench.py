"""
`tocsin bench fanout` measures only what it can, and says what it lacks.

Method: the verb where there is no compiler, with a form that there is not, and with figures as a
run gives them.
"""

import json

import pytest
from tests.cli.terminal import tocsin
from tests.ops.test_fanout_bench import GOOD

from tocsin.ops import fanout_bench, fanout_nchan


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

    def measured(subscribers, form, *, tls, beside, on_run):
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


@pytest.mark.parametrize(
    "options",
    [["--tls", "--stalled", "3"], ["--tls", "--nchan"], ["--form", "websocket", "--nchan"]],
)
def test_what_cannot_be_measured_together_is_not_understood(options):
    assert tocsin("bench", "fanout", *options).code == 2


def test_without_nginx_it_measures_without_and_says_so(monkeypatch):
    asked = []

    def measured(subscribers, form, *, tls, beside, on_run):
        asked.append((beside, on_run))
        return fanout_bench.Outcome(subscribers, form, tls, (GOOD,))

    monkeypatch.setattr(fanout_bench, "measure", measured)
    monkeypatch.setattr(fanout_nchan, "find_module", lambda: None)
    told = tocsin("bench", "fanout", "--nchan", "--stalled", "5")

    assert told.code == 0
    assert "nginx with nchan is not here" in told.err
    assert "nchan" not in told.out
    assert [beside for beside, _ in asked] == [fanout_bench.Beside(nchan=True, stalled=5)]


def test_who_slept_and_nchan_are_told_of_where_they_were_measured(monkeypatch):
    from dataclasses import replace

    run = replace(
        GOOD, nchan_ratio=0.66, stalled_kb=21.0, stalled_cpu_change=1.02, stalled_last_change=1.01,
        unwoken=2,
    )  # fmt: skip

    def measured(subscribers, form, *, tls, beside, on_run):
        return fanout_bench.Outcome(subscribers, form, tls, (run,))

    monkeypatch.setattr(fanout_bench, "measure", measured)
    told = tocsin("bench", "fanout")

    assert told.code == 1
    for figure in ("0.66 ×", "21.00 kB", "1.02 ×", "1.01 ×", "✗         2"):
        assert figure in told.out
