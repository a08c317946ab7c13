"""The command line: one verb a file, all of them under `tocsin`."""

from tocsin.cli import (
    alert,
    areas,
    backup,
    bench,
    bench_country,
    board,
    doctor,
    edge,
    history,
    replay,
    serve,
    shelters,
    token,
    verify,
    watch,
)
from tocsin.cli.program import app

__all__ = [
    "alert",
    "app",
    "areas",
    "backup",
    "bench",
    "bench_country",
    "board",
    "doctor",
    "edge",
    "history",
    "replay",
    "serve",
    "shelters",
    "token",
    "verify",
    "watch",
]
