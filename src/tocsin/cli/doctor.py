"""
`tocsin doctor`: what is wrong, and how to mend it, in words for whoever is on duty.

It looks at the machine, at a ledger's file and at a server, and changes nothing. With
`--release-reserve` it gives up the reserve file on a full disk, by a person's decision. What is
wrong leaves with 1; a remark does not.
"""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli import moments, paper, places
from tocsin.cli.options import AsJson, Country
from tocsin.cli.program import EXIT_WANTING, Verb, app
from tocsin.cli.tongue import say, says
from tocsin.kernel.errors import TocsinError, Unavailable

if TYPE_CHECKING:
    from tocsin.areas.gazetteer import Gazetteer
    from tocsin.ops.doctor import Finding

MARKS = {"ok": "✓", "remark": "·", "wrong": "✗"}
STYLES = {"ok": "dim", "remark": "", "wrong": "bold"}


@app.command("doctor", cls=Verb, help=say("doctor"))
def doctor(
    *,
    db: Annotated[
        Path | None, typer.Option("--db", metavar="FILE", envvar="TOCSIN_DB", help=say("o.db"))
    ] = None,
    url: Annotated[
        str | None, typer.Option("--url", metavar="URL", envvar="TOCSIN_URL", help=say("o.url"))
    ] = None,
    release_reserve: Annotated[
        bool, typer.Option("--release-reserve", help=say("o.release_reserve"))
    ] = False,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Look, and say what was found."""
    from tocsin.ops import doctor as look

    if release_reserve:
        _release(db)
        return
    findings = list(look.machine(connections=_connections()))
    if db is not None:
        findings += look.files(db)
        if db.is_file():
            findings += _record(db, places.load_country(country))
    if url is not None:
        findings += _server(url)
    state = look.worst(findings)
    if as_json:
        paper.put_json({"state": state, "findings": [asdict(finding) for finding in findings]})
    else:
        _write(findings)
        if db is None and url is None:
            paper.note(say("doctor.more"))
    if state == "wrong":
        raise typer.Exit(EXIT_WANTING)


def _connections() -> int:
    from tocsin.config import read_settings

    return read_settings().connections_max


def _record(db: Path, gazetteer: Gazetteer) -> list[Finding]:
    from tocsin.cli.record import reading
    from tocsin.ops import doctor as look

    try:
        with reading(db, gazetteer) as found:
            tokens = len(found.projections.register.listing())
            findings = list(look.record(found.ledger, db, now=moments.now()))
            if not found.live.replay:  # Nobody speaks in a replay, and its record has an end.
                findings += look.speakers(found.projections.board.sources, tokens, gazetteer)
            return findings
    except TocsinError as error:
        facts: look.Facts = {"sentence": error.sentence, "error": error.code}
        return [look.Finding("ledger.cannot_be_read", "wrong", facts)]


def _server(url: str) -> list[Finding]:
    from tocsin.cli.remote import call
    from tocsin.ops.doctor import Facts, Finding

    facts: Facts = {"url": url}
    try:
        call(url, "/healthz")
    except TocsinError as error:
        return [Finding("server.unreachable", "wrong", facts | {"sentence": _why(error, url)})]
    try:
        call(url, "/readyz")
    except Unavailable as error:
        return [Finding("server.not_ready", "wrong", facts | {"sentence": error.sentence})]
    except TocsinError as error:
        return [Finding("server.unreachable", "wrong", facts | {"sentence": _why(error, url)})]
    return [Finding("server.ready", "ok", facts)]


def _why(error: TocsinError, url: str) -> str:
    """Say why without the address, which the finding names itself."""
    return error.sentence.removeprefix(f"{url} ")


def _release(db: Path | None) -> None:
    from tocsin.ledger.reserve import release

    if db is None:
        raise typer.BadParameter(say("doctor.which"), param_hint="'--db'")
    freed = release(db)
    paper.put(say("doctor.released", n=_size(freed)) if freed else say("doctor.nothing_released"))


def _write(findings: list[Finding]) -> None:
    from rich.padding import Padding
    from rich.text import Text

    console = paper.sheet()
    order = ("wrong", "remark", "ok")
    for finding in sorted(findings, key=lambda found: order.index(found.state)):
        style = STYLES[finding.state]
        label = Text(f" {say('doctor.wrong')} ", "bold white on red")
        mark = label if finding.state == "wrong" else Text(MARKS[finding.state])
        line = Text.assemble(mark, " ", (told(finding), style))
        console.print(line)
        mend = f"mend.{finding.code}"
        if finding.state != "ok" and says(mend):
            console.print(Padding(Text(say(mend, **_facts(finding))), (0, 0, 0, 4), expand=False))
    count = sum(1 for finding in findings if finding.state == "wrong")
    console.print()
    console.print(say("doctor.well") if not count else say("doctor.ill", n=count), style="bold")


def told(finding: Finding) -> str:
    """Put a finding into words, sizes in units that people read."""
    return say(f"found.{finding.code}", **_facts(finding))


def _facts(finding: Finding) -> dict[str, str | int]:
    sizes = {"free", "size"}
    return {
        name: _size(int(value)) if name in sizes else value for name, value in finding.facts.items()
    }


def _size(count: int) -> str:
    amount, unit = float(count), 0
    units = say("units").split()
    while amount >= 1000 and unit < len(units) - 1:
        amount, unit = amount / 1000, unit + 1
    return (
        f"{amount:.0f} {units[unit]}" if amount >= 10 or not unit else f"{amount:.1f} {units[unit]}"
    )
