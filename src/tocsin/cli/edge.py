"""
`tocsin edge`: more room at the door, on this machine or another.

An edge follows a core, tells everybody who listens to it, and hands everything else to the core.
It holds nothing that can sound an alarm: of what it hears only what the core has signed counts.
"""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from tocsin.cli import paper
from tocsin.cli.program import Verb, app
from tocsin.cli.tongue import say


@app.command("edge", cls=Verb, help=say("edge"))
def edge(  # noqa: PLR0913  # Each is an option.
    *,
    source: Annotated[str, typer.Option("--from", metavar="URL", help=say("o.feed_from"))],
    core: Annotated[list[str], typer.Option("--core", metavar="URL", help=say("o.core"))],
    key: Annotated[str, typer.Option("--key", metavar="KEY", help=say("o.key"))] = "",
    token_file: Annotated[
        Path | None, typer.Option("--token-file", metavar="F", help=say("o.edge_token"))
    ] = None,
    host: Annotated[str, typer.Option("--host", metavar="H", help=say("o.host"))] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", metavar="N", min=0, max=65535, help=say("o.port"))
    ] = 8026,
    tls_certificate: Annotated[
        Path | None, typer.Option("--tls-certificate", metavar="F", help=say("o.tls_certificate"))
    ] = None,
    tls_key: Annotated[
        Path | None, typer.Option("--tls-key", metavar="F", help=say("o.tls_key"))
    ] = None,
    metrics_port: Annotated[
        int, typer.Option("--metrics-port", metavar="N", min=0, max=65535, help=say("o.metrics"))
    ] = 0,
    connections_max: Annotated[
        int, typer.Option("--connections-max", metavar="N", min=10, max=100_000,
                          help=say("o.connections_max"))
    ] = 20_000,
    connections_per_address: Annotated[
        int, typer.Option("--connections-per-address", metavar="N", min=1, max=100_000,
                          help=say("o.connections_per_address"))
    ] = 200,
) -> None:  # fmt: skip
    """Become an edge."""
    from tocsin import __version__
    from tocsin.app.lone_edge import become_edge
    from tocsin.app.sockets import certified
    from tocsin.edge.settings import EdgeSettings

    chain, chain_key = certified(tls_certificate, tls_key)
    wanted = EdgeSettings(
        version=__version__,
        host=host,
        port=port,
        listen=(),
        source=source,
        key=key,
        token_file=str(token_file.absolute()) if token_file else "",
        core=tuple(core),
        connections_max=connections_max,
        connections_per_address=connections_per_address,
        metrics_port=metrics_port,
        tls_certificate=chain,
        tls_key=chain_key,
    )
    paper.note(say("serve.stop"))
    become_edge(wanted)
