"""
Devices: whoever shows one of these tokens is told first, because it turns on a siren.

The edge knows a token by its public part and the hash of its secret, and can neither make one nor
speak with it. Source: `tocsin.kernel.feed`, the line `devices`.
"""

from __future__ import annotations

import hmac
import re
from hashlib import sha256
from typing import Final

import msgspec

from tocsin.kernel.errors import Malformed

DEVICES_MAX: Final = 100_000
"""100,000 × 200 bytes = 20 MB, and more than there are sirens in a country."""

_TOKEN: Final = re.compile(r"tcs_([0-9a-f]{12})_([A-Za-z0-9_-]{43})")
_LISTED: Final = msgspec.json.Decoder(dict[str, str])
_NOBODY: Final = "-" * 64


class Devices:
    """The tokens of devices: public part, and SHA-256 of the secret in hexadecimal."""

    def __init__(self) -> None:
        self._listed: dict[str, str] = {}

    def take(self, body: bytes) -> None:
        """
        Take a new list in place of the old one.

        Raises:
            Malformed: `feed.malformed`.
        """
        try:
            listed = _LISTED.decode(body)
        except (msgspec.MsgspecError, UnicodeDecodeError) as error:
            raise Malformed(
                "feed.malformed", f"The list of devices cannot be read: {error}.", where="devices"
            ) from error
        if len(listed) > DEVICES_MAX:
            raise Malformed("feed.malformed", "There are too many devices.", where="devices")
        self._listed = listed

    def know(self, token: str) -> bool:
        """Say whether a token is one of these, in a time that tells nothing about the secret."""
        parts = _TOKEN.fullmatch(token)
        if parts is None:
            return False
        digest = sha256(parts[2].encode()).hexdigest()
        return hmac.compare_digest(digest.encode(), self._listed.get(parts[1], _NOBODY).encode())
