"""
`python -m tocsin.edge SETTINGS`: an edge, as its core or `tocsin edge` starts it.

Standard error is the log, one JSON object a line as a core's is. Standard output has nothing but
the address, once it answers there, for whoever has asked for that.
"""

from __future__ import annotations

import asyncio
import sys

import structlog
import uvloop

from tocsin.edge.process import EdgeProcess
from tocsin.edge.settings import read_edge_settings
from tocsin.kernel.errors import TocsinError


def main(arguments: list[str]) -> int:
    """Run an edge until it is told to stop; give the exit code."""

    async def serve() -> None:
        await EdgeProcess(settings, asyncio.get_running_loop()).run()

    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )
    try:
        settings = read_edge_settings(arguments[0] if arguments else "")
        with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
            runner.run(serve())
    except TocsinError as error:
        sys.stderr.write(f"{error.sentence} [{error.code}]\n")
        return error.exit_code
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
