"""Run the benchmarks, show them as a table, and keep them in `bench/results/`."""

from __future__ import annotations

import argparse
import json
import os
import platform
import sys
import tempfile
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import apsw
from rich.console import Console
from rich.progress import Progress
from rich.table import Table

from bench import busy, delivery, ledger, reading, schedules, snapshot
from bench.measure import Figure
from bench.serving import first_accepted_s, new_token

ROOT: Final = Path(__file__).resolve().parent.parent
SHARED: Final = Path(os.environ.get("TOCSIN_SHARED", ROOT.parent / "shared")) / "data"
HISTORY: Final = SHARED / "air-alerts/official_data_en_to_2023-06.csv.gz"
SCHEDULES: Final = SHARED / "outages-vinnytsia/schedule_revisions_2025-12_2026-01.jsonl.gz"

PARTS: Final = ("append", "replay", "rebuild", "start", "press", "board", "idle")
PARTS_UNDER_LOAD: Final = ("reading", "busy", "snapshot")
PARTS_OF_CITIES: Final = ("shelters", "closure", "assignment")
PARTS_OF_POWER: Final = ("schedules",)
PARTS_OF_PLANS: Final = ("power",)

CONSOLE: Final = Console()


def start(folder: Path, runs: int, events: int) -> Figure:
    """Time a server's start with many events in its ledger, to the first accepted alert."""
    db = folder / "million.db"
    with Progress(console=CONSOLE, transient=True) as progress:
        task = progress.add_task(f"recording {events:,} events", total=events)
        ledger.make_million(db, events, lambda made: progress.update(task, completed=made))
    token = new_token(db)
    spent = tuple(first_accepted_s(db, token) for _ in range(runs))
    return Figure(
        f"Start with {events:,} events → first accepted alert", "s", spent, "at most", 3,
        "from the start of the process, the interpreter and all imports included",
    )  # fmt: skip


def figures(folder: Path, runs: int, events: int, only: set[str]) -> Iterator[Figure]:
    """Measure what is asked for, one after the other."""

    def wanted(name: str) -> bool:
        return not only or name in only

    if wanted("append"):
        yield ledger.append(folder, runs)
    if wanted("replay") or wanted("rebuild"):
        if not HISTORY.exists():
            CONSOLE.print(f"[dim]replay and rebuild left out: {HISTORY.name} is not here[/dim]")
        else:
            yield ledger.replayed(folder, HISTORY, runs)
            yield ledger.rebuild(folder / "replay-0.db", runs)
    if wanted("start"):
        yield start(folder, runs, events)
    if wanted("press"):
        yield from delivery.press_to_page(folder, runs)
    if wanted("board"):
        yield delivery.board_requests(folder, runs)
    if wanted("idle"):
        yield delivery.idle_subscriber(folder, runs)


def figures_under_load(folder: Path, runs: int, only: set[str]) -> Iterator[Figure]:
    """Measure what an alarm loses when the machine has other things to do."""
    if not only or "reading" in only:
        yield from reading.alarms_while_read(folder, runs)
    if not only or "busy" in only:
        yield from busy.last_of_many(folder, runs)
        if HISTORY.exists():
            yield from busy.last_while_busy(folder, HISTORY, runs)
        else:
            CONSOLE.print(f"[dim]the busy process left out: {HISTORY.name} is not here[/dim]")
    if not only or "snapshot" in only:
        yield from snapshot.snapshots(folder, runs)


def figures_of_cities(folder: Path, runs: int, only: set[str]) -> Iterator[Figure]:
    """Measure what is asked of a whole city: ways to shelters, and who goes where."""
    if not only or "shelters" in only:
        from bench import shelters  # noqa: PLC0415  # It needs `[geo]`, and the others do not.

        yield from shelters.shelters(folder, SHARED / "shelters/osm", runs)
    if not only or "closure" in only:
        from bench import closure  # noqa: PLC0415  # As above.

        yield from closure.closure(folder, runs)
    if not only or "assignment" in only:
        from bench import assignment  # noqa: PLC0415  # As above.

        yield from assignment.assignment(runs)


def figures_of_power(folder: Path, runs: int, only: set[str]) -> Iterator[Figure]:
    """Measure what is known of the power and planned for it."""
    if not only or "schedules" in only:
        if SCHEDULES.exists():
            yield from schedules.schedules(folder, SCHEDULES, runs)
        else:
            CONSOLE.print(f"[dim]schedules left out: {SCHEDULES.name} is not here[/dim]")


def figures_of_plans(runs: int, only: set[str]) -> Iterator[Figure]:
    """Measure plans of cuts: whom to take off at once, who is off when."""
    if not only or "power" in only:
        from bench import power  # noqa: PLC0415  # It needs `[geo]`, and the others do not.

        yield from power.power(SHARED / "power/networks", runs)


def main() -> int:
    """Run, show, keep; 1 where a target is missed."""
    parser = argparse.ArgumentParser(prog="scripts/bench")
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument(
        "--only",
        action="append",
        default=[],
        choices=[
            *PARTS,
            *PARTS_UNDER_LOAD,
            *PARTS_OF_CITIES,
            *PARTS_OF_POWER,
            *PARTS_OF_PLANS,
        ],
    )
    parser.add_argument("--no-keep", action="store_true", help="Do not write bench/results/.")
    asked = parser.parse_args()
    only = set(asked.only)
    kept = True
    with tempfile.TemporaryDirectory(dir=ROOT / "bench", prefix=".run-") as name:
        folder = Path(name)
        for title, parts, measured in (
            ("bench", PARTS, figures(folder, asked.runs, asked.events, only)),
            ("reading", PARTS_UNDER_LOAD, figures_under_load(folder, min(asked.runs, 3), only)),
            ("cities", PARTS_OF_CITIES, figures_of_cities(folder, min(asked.runs, 3), only)),
            ("power", PARTS_OF_POWER, figures_of_power(folder, min(asked.runs, 3), only)),
            ("plans", PARTS_OF_PLANS, figures_of_plans(min(asked.runs, 3), only)),
        ):
            if only and not only.intersection(parts):
                continue
            taken = []
            for figure in measured:
                taken.append(figure)
                CONSOLE.print(
                    f"  {figure.name}: {figure.value:,.2f} {figure.unit}  ({figure.detail})"
                )
            CONSOLE.print(_table(taken))
            if not asked.no_keep:
                _keep(title, taken)
            kept = kept and all(figure.kept for figure in taken)
    return 0 if kept else 1


def _table(taken: list[Figure]) -> Table:
    table = Table(title=f"Tocsin on {os.cpu_count()} cores, medians")
    for heading in ("Figure", "Median", "Target", "", "Runs"):
        table.add_column(heading, justify="left" if heading == "Figure" else "right")
    for figure in taken:
        runs = " ".join(f"{run:,.2f}" for run in figure.runs)
        mark = "kept" if figure.kept else "MISSED"
        table.add_row(
            figure.name, f"{figure.value:,.2f} {figure.unit}",
            f"{figure.better} {figure.target:,.2f}", mark, runs,
        )  # fmt: skip
    return table


def _keep(title: str, taken: list[Figure]) -> None:
    today = date.today().isoformat()  # noqa: DTZ011  # The day where the machine is.
    target = ROOT / "bench" / "results" / f"{title}-{today}"
    machine = {
        "cores": os.cpu_count(),
        "python": platform.python_version(),
        "sqlite": apsw.sqlite_lib_version(),
        "kernel": platform.release(),
        "load_average": os.getloadavg(),
        "runs": len(taken[0].runs) if taken else 0,
    }
    document: dict[str, Any] = {
        "date": today,
        "machine": machine,
        "figures": [
            {
                "name": figure.name, "unit": figure.unit, "median": round(figure.value, 3),
                "runs": [round(run, 3) for run in figure.runs],
                figure.better.replace(" ", "_"): figure.target, "kept": figure.kept,
                "detail": figure.detail,
            }
            for figure in taken
        ],
    }  # fmt: skip
    target.with_suffix(".json").write_text(json.dumps(document, indent=1) + "\n")
    lines = [
        f"# Figures of {today}",
        "",
        (
            f"On {machine['cores']} cores, Python {machine['python']}, SQLite {machine['sqlite']}, "
            f"median of {machine['runs']}, load average {os.getloadavg()[0]:.1f} at the end. "
            "Made by `scripts/bench`."
        ),
        "",
        "| figure | median | target | | of what |",
        "|---|---|---|---|---|",
        *(
            f"| {f.name} | {f.value:,.2f} {f.unit} | {f.better} {f.target:,.2f} | "
            f"{'kept' if f.kept else '**missed**'} | {f.detail} |"
            for f in taken
        ),
    ]
    target.with_suffix(".md").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    sys.exit(main())
