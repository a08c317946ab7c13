"""
Which hosts webhooks may lead to: those that the operator names, and nobody else.

A server that calls whatever address a stranger registers is a tool against others: it knocks at
doors inside its own network, and a thousand registrations are a flood. So there is a list of
hosts, empty at first; `HOST` means https on its usual port, and plain http or another port has to
be written out. An address is read once, by the library that will call it, and kept as it was read:
two readers of one address are how such lists are got around.

Source: decision 0018.
"""

from __future__ import annotations

from typing import Final

import httpx

from tocsin.kernel.errors import Malformed, Refused

URL_CHARACTERS: Final = 500
"""A thousand of them are half a megabyte of file."""

_PORTS: Final = {"https": 443, "http": 80}

Origin = tuple[str, str, int]
"""Scheme, host and port: what of an address says who is called."""


class Hosts:
    """The hosts that may be called."""

    def __init__(self, origins: frozenset[Origin] = frozenset()) -> None:
        self._origins = origins

    def __bool__(self) -> bool:
        """Say whether anybody may be called at all."""
        return bool(self._origins)

    def check(self, text: str) -> str:
        """
        Read an address that somebody wants to be called at; answer with it as it will be called.

        Raises:
            Malformed: `compat.webhook_url`.
            Refused: `compat.webhook_host`, where the operator has not named its host.
        """
        url = _read(text)
        if url is None or len(str(url)) > URL_CHARACTERS:
            raise Malformed(
                "compat.webhook_url",
                f"A webhook is https://HOST/PATH of at most {URL_CHARACTERS} characters, "
                "without a name, a password or a #part.",
                where="webHookUrl",
            )
        if _origin(url) not in self._origins:
            raise Refused(
                "compat.webhook_host",
                "This server calls only the hosts that its operator has named, and this is none.",
                status=403,
            )
        return str(url)


def read_webhook_hosts(text: str) -> Hosts:
    """
    Read which hosts may be called: `HOST`, `HOST:PORT` or `http://HOST:PORT`, comma-separated.

    Raises:
        Malformed: `compat.webhooks`.
    """
    origins: set[Origin] = set()
    for part in filter(None, (part.strip() for part in text.split(","))):
        url = _read(part if "://" in part else f"https://{part}")
        if url is None or url.raw_path != b"/" or "*" in part:
            raise Malformed(
                "compat.webhooks",
                f"“{part[:60]}” is not HOST, HOST:PORT or http://HOST:PORT.",
                where="compat_webhooks",
            )
        origins.add(_origin(url))
    return Hosts(frozenset(origins))


def host_of(url: str) -> str:
    """Tell the host of an address; the rest of it may be a secret."""
    return httpx.URL(url).host


def _read(text: str) -> httpx.URL | None:
    """Read an address; None for one that is no address of http, or says more than where."""
    if not text.isprintable() or any(bad in text for bad in " \\#@"):
        return None
    try:
        url = httpx.URL(text)
    except httpx.InvalidURL:
        return None
    return url if url.scheme in _PORTS and url.raw_host else None


def _origin(url: httpx.URL) -> Origin:
    return url.scheme, url.raw_host.decode(), url.port or _PORTS[url.scheme]
