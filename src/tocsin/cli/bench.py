"""
`tocsin bench`: what Tocsin costs on this machine, measured against the least that it could cost.

It needs a C compiler, two processors and a few quiet seconds, and touches no ledger. What misses
its target leaves with 1; so does a run that says nothing since the machine was too restless.
"""

from __future__ import annotations

from math import isnan
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import paper
from tocsin.cli.options import AsJson
from tocsin.cli.program import EXIT_WANTING, Verb, group
from tocsin.cli.tongue import say
from tocsin.kernel.wire import Form

if TYPE_CHECKING:
    from tocsin.ops.fanout_bench import Outcome

verbs = group("bench")


@verbs.command("fanout", cls=Verb, help=say("bench.fanout"))
def fanout(
    *,
    subscribers: Annotated[
        int, typer.Option("--subscribers", metavar="N", min=1, help=say("o.subscribers"))
    ] = 1_000,
    form: Annotated[
        str, typer.Option("--form", metavar="sse|websocket", help=say("o.form"))
    ] = Form.SSE.value,
    tls: Annotated[bool, typer.Option("--tls", help=say("o.tls"))] = False,
    nchan: Annotated[bool, typer.Option("--nchan", help=say("o.nchan"))] = False,
    stalled: Annotated[
        int, typer.Option("--stalled", metavar="N", min=0, help=say("o.stalled"))
    ] = 0,
    as_json: AsJson = False,
) -> None:
    """Measure, and say what was found."""
    from tocsin.ops.fanout_bench import RUNS, Beside, measure
    from tocsin.ops.fanout_nchan import find_module

    if form not in {Form.SSE, Form.WEBSOCKET}:
        raise typer.BadParameter("sse|websocket", param_hint="'--form'")
    if tls and stalled:
        raise typer.BadParameter("--tls", param_hint="'--stalled'")
    if nchan and (tls or form != Form.SSE):
        raise typer.BadParameter("--form sse", param_hint="'--nchan'")
    if nchan and find_module() is None:
        paper.note(say("bench.without_nchan"))

    def tell(number: int) -> None:
        if not as_json:
            paper.note(say("bench.run", number=number + 1, of=RUNS))

    outcome = measure(subscribers, Form(form), tls=tls, beside=Beside(nchan, stalled), on_run=tell)
    if as_json:
        paper.put_json(outcome.shape())
    else:
        _write(outcome)
    if outcome.void or outcome.missed:
        raise typer.Exit(EXIT_WANTING)


def _write(outcome: Outcome) -> None:
    value = outcome.value
    for key, name, unit in (
        ("bench.cpu", "cpu_ratio", "×"),
        ("bench.last", "last_ratio", "×"),
        ("bench.control", "control_cpu_ratio", "×"),
        ("bench.idle", "idle_kb", "kB"),
        ("bench.last_ms", "last_ms", "ms"),
        ("bench.cpu_us", "cpu_us", "µs"),
        ("bench.nchan", "nchan_ratio", "×"),
        ("bench.stalled", "stalled_kb", "kB"),
        ("bench.stalled_cpu", "stalled_cpu_change", "×"),
        ("bench.stalled_last", "stalled_last_change", "×"),
    ):
        if isnan(value(name)):
            continue
        mark = "✗" if name in outcome.missed else " "
        paper.put(f"{mark} {value(name):9.2f} {unit:3}{say(key, target=outcome.target)}")
    for key, name in (("bench.lost", "lost"), ("bench.unwoken", "unwoken")):
        count = sum(getattr(run, name) for run in outcome.runs)
        if count or name == "lost":
            paper.put(f"{'✗' if count else ' '} {count:9}    {say(key)}")
    if outcome.void:
        paper.note(say("bench.void"))
