"""
`tocsin verify`: whether the record adds up, from the first event to the last.

Found wanting leaves with 1. Nothing is mended: what is wrong is told with its place, and a person
decides.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tocsin.cli.options import KEY_FILE, AsJson, KeyFile, OwnDb, SharedLedger, kept
from tocsin.cli.program import EXIT_WANTING, Verb, app
from tocsin.cli.progress import counting
from tocsin.cli.tongue import say, says
from tocsin.kernel.errors import Malformed

if TYPE_CHECKING:
    from tocsin.ledger.verify import Finding, Findings


@app.command("verify", cls=Verb, help=say("verify"))
def verify(
    *,
    db: OwnDb = None,
    ledger: SharedLedger = None,
    key_file: KeyFile = KEY_FILE,
    witness: Annotated[
        list[Path] | None, typer.Option("--witness", metavar="FILE", help=say("o.witness"))
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Verify a ledger."""
    from tocsin.app import verify_record
    from tocsin.cli.paper import put_json

    heads = [_head(path) for path in witness or ()]
    with counting(say("verify.doing"), quiet=as_json) as progress:
        findings = verify_record(kept(db, ledger), key_file, heads, progress)
    if as_json:
        put_json({"whole": findings.whole, **asdict(findings)})
    else:
        _write(findings)
    if not findings.whole:
        raise typer.Exit(EXIT_WANTING)


def _head(path: Path) -> Mapping[str, object]:
    """Read a signed head that somebody kept: the JSON of a heartbeat."""
    try:
        head = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        head = None
    if not isinstance(head, dict):
        raise Malformed(
            "verify.witness_malformed", f"{path} holds no signed head.", where=str(path)
        )
    return head


def _write(findings: Findings) -> None:
    from rich.text import Text

    from tocsin.cli.paper import sheet

    console = sheet()
    if findings.whole:
        console.print(Text.assemble((say("verify.whole"), "bold")))
    else:
        count = len(findings.faults) + findings.more
        line = Text.assemble((f" {say('verify.wanting')} ", "bold white on red"))
        console.print(line.append(f"  {say('verify.faults', n=count)}"))
    console.print(say("verify.read", events=findings.events, heads=findings.heads))
    if findings.tree_head:
        console.print(say("verify.tree_head", head=findings.tree_head))
    for fault in findings.faults:
        console.print(f"✗ {told(fault)}")
    if findings.more:
        console.print(say("verify.more", n=findings.more))
    for remark in findings.remarks:
        console.print(f"· {told(remark)}", style="dim")


def told(finding: Finding) -> str:
    """Put a finding into words in the language spoken, with its code."""
    key = f"finding.{finding.code.removeprefix('verify.')}"
    text = finding.sentence
    if says(key) and say(key):
        text = say(key, position=finding.position, sentence=finding.sentence)
    return f"{text} [{finding.code}]"
