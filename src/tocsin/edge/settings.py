"""
What an edge is told when it starts: one JSON object, the only argument of `python -m tocsin.edge`.

The core writes it for its own edge, `tocsin edge` for one that stands alone. It holds no secret:
whoever lists the processes of a machine may read it.
"""

from __future__ import annotations

import msgspec

from tocsin.kernel.errors import Malformed


class EdgeSettings(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """
    The settings of one edge.

    Args:
        version: Of Tocsin; a core does not adopt an edge of another version.
        host: Where it listens, as it was asked for.
        port: As it was asked for; 0 for any.
        listen: Descriptors of the listening sockets, inherited.
        source: Where it hears the core: `unix:PATH`, `nats://…`, `https://…`.
        key: The core's public key, base64url; for sources that are not believed by themselves.
        token_file: With the token that it shows to the edge it hears the core by; none where it is
            empty, and then it is not told which tokens are those of devices.
        core: Where requests go that it does not answer: `unix:PATH` or `http://HOST:PORT`.
        control: The path of the socket by which a core finds it again; none where it is empty.
        lives_on: Whether it goes on when the core is gone; the edge of a demo does not.
        connections_max: At once, in all.
        connections_per_address: At once from one address; this machine's own are not held to it.
        metrics_port: Of `/metrics` on 127.0.0.1; 0 leaves it out.
        tls_certificate: File with the chain, PEM; empty for plain connections.
        tls_key: File with its key, PEM.
        announces: Written to standard output once it answers: its address, for whoever started it.
    """

    version: str
    host: str
    port: int
    listen: tuple[int, ...]
    source: str
    key: str = ""
    token_file: str = ""
    core: tuple[str, ...]
    control: str = ""
    lives_on: bool = True
    connections_max: int
    connections_per_address: int
    metrics_port: int = 0
    tls_certificate: str = ""
    tls_key: str = ""
    announces: str = ""

    def encode(self) -> str:
        """Write the settings as the one argument of an edge."""
        return msgspec.json.encode(self).decode()

    def same_but_sockets(self, other: EdgeSettings) -> bool:
        """Say whether an edge with the other settings would do what one with these does."""
        return msgspec.structs.replace(self, listen=()) == msgspec.structs.replace(other, listen=())


def read_edge_settings(text: str) -> EdgeSettings:
    """
    Read what `EdgeSettings.encode` wrote.

    Raises:
        Malformed: `edge.settings_malformed`.
    """
    try:
        return msgspec.json.decode(text, type=EdgeSettings)
    except (msgspec.MsgspecError, UnicodeEncodeError) as error:
        raise Malformed(
            "edge.settings_malformed", f"The edge cannot read its settings: {error}.", where="edge"
        ) from None
