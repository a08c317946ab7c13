"""
Devices: whoever shows one of these tokens is told first, because it turns on a siren.

An edge may have sirens of its own, so one that shows its token is told first as well, and which
tokens these are. The edge knows a token by its public part and the hash of its secret, and can
neither make one nor speak with it. Source: `tocsin.kernel.feed`, the line `devices`; decision 0022.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from pathlib import Path
from typing import Final

import msgspec

from tocsin.kernel.errors import Malformed

DEVICES_MAX: Final = 100_000
"""100,000 × 200 bytes = 20 MB, and more than there are sirens in a country."""

_TOKEN: Final = re.compile(r"tcs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_NOBODY: Final = "-" * 64


class _Listed(msgspec.Struct):
    devices: dict[str, str] = {}
    edges: dict[str, str] = {}


_LISTED: Final = msgspec.json.Decoder(_Listed)


class Devices:
    """The tokens of devices and edges: public part, and SHA-256 of the secret in hexadecimal."""

    def __init__(self) -> None:
        self._listed = _Listed()

    def take(self, body: bytes) -> bool:
        """
        Take a new list in place of the old one.

        Returns:
            Whether other edges are on it than before.

        Raises:
            Malformed: `feed.malformed`.
        """
        try:
            listed = _LISTED.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Malformed(
                "feed.malformed", f"The list of devices cannot be read: {error}.", where="devices"
            ) from error
        if len(listed.devices) + len(listed.edges) > DEVICES_MAX:
            raise Malformed("feed.malformed", "There are too many devices.", where="devices")
        before, self._listed = self._listed, listed
        return listed.edges != before.edges

    def know(self, token: str) -> bool:
        """Say whether a token is a device's, in a time that tells nothing about the secret."""
        return _is_in(self._listed.devices, token)

    def know_edge(self, token: str) -> bool:
        """Say whether a token is that of an edge which may know these, in such a time."""
        return _is_in(self._listed.edges, token)


def _is_in(listed: dict[str, str], token: str) -> bool:
    parts = _TOKEN.fullmatch(token)
    if parts is None:
        return False
    digest = sha256(parts[2].encode()).hexdigest()
    return hmac.compare_digest(digest.encode(), listed.get(parts[1], _NOBODY).encode())


def read_token(path: str) -> str:
    """
    Read an edge's own token from its file, which holds nothing else.

    Raises:
        Malformed: `edge.token_malformed`.
    """
    try:
        token = Path(path).read_text("ascii").strip()
    except (OSError, UnicodeDecodeError):
        token = ""
    if _TOKEN.fullmatch(token) is None:
        raise Malformed(
            "edge.token_malformed",
            f"The file {path} holds no token, as `tocsin token new` prints one.",
            where="--token-file",
        )
    return token
