#!/usr/bin/env python3
"""
A lamp on a desk or in a hall: one state for one area, live, handed to a command of yours.

    python examples/lamp.py UA-30
    python examples/lamp.py UA-30 https://alerts.example "mosquitto_pub -t lamp -m"

The state is `warning`, `watch`, `unknown`, `drill` or `calm`, and is added to the command as its
last word. A lost link is unknown, never calm: silence is not safety. Light something different for
each, and let the lamp show unknown by itself when nobody has told it anything for a minute.
"""

from __future__ import annotations

import shlex
import subprocess
import sys

from tocsin.client.follow import follow_sync


def show(state: str, command: str) -> None:
    """Print a state, and run the command with it; a lamp that fails stops nobody from listening."""
    print(state, flush=True)
    if command:
        try:
            subprocess.run([*shlex.split(command), state], check=True, timeout=10)  # noqa: S603
        except (OSError, subprocess.SubprocessError) as error:
            print(f"The lamp's command failed: {error}", file=sys.stderr)


def main(area: str = "UA-30", url: str = "http://127.0.0.1:8026", command: str = "") -> None:
    """Follow until interrupted; the client comes back by itself when the link was lost."""
    with follow_sync(url, [area]) as followed:
        shown = followed.state
        show(shown, command)
        for _ in followed:
            if followed.state != shown:
                shown = followed.state
                show(shown, command)


if __name__ == "__main__":
    main(*sys.argv[1:])
