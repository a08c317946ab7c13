#!/usr/bin/env python3
"""
A school bell: rings for a warning, another way for its end, and never takes silence for safety.

    python examples/school_bell.py UA-30 https://alerts.example /usr/local/bin/bell

Runs the command with one word, once each time:
`ring` for a new actual warning, `practice` for a new drill, `end` when nothing stands any more,
`lost` and `back` for a lamp beside the bell: the link is lost, and what stood is not over.
What a bell does with a word (a relay, a GPIO pin) is the command's business. What it has rung for
is kept in a file, so that a restart does not ring again, and rings for what came meanwhile.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from tocsin.client.follow import follow_sync
from tocsin.client.following import Change


def words(change: Change, state: str) -> list[str]:
    """Tell what the bell has to say; the gravest word comes first."""
    kinds = {alert.kind for alert in change.began + change.changed}
    rings = [word for kind, word in (("warning", "ring"), ("drill", "practice")) if kind in kinds]
    if change.ended and state == "calm":
        rings.append("end")
    return rings + [change.why] * (change.why in {"lost", "back"})


def main(area: str, url: str, command: str, kept_in: str = "bell.json") -> None:
    """Follow until interrupted."""
    kept = Path(kept_in)
    known = json.loads(kept.read_text()) if kept.exists() else None
    with follow_sync(url, [area], known=known) as followed:
        for change in followed:
            for word in [] if followed.replay else words(change, followed.state):
                print(word, flush=True)
                try:
                    subprocess.run([command, word], check=True, timeout=60)  # noqa: S603
                except (OSError, subprocess.SubprocessError) as error:
                    print(f"The bell failed: {error}", file=sys.stderr)
            kept.with_suffix(".new").write_text(json.dumps(followed.board))
            kept.with_suffix(".new").replace(kept)  # Whole or not at all.


if __name__ == "__main__":
    main(*sys.argv[1:])
