"""
The server's own key: what it signs, everybody can check, and nobody else can say.

Ed25519 (RFC 8032) over the canonical JSON (RFC 8785) of a statement without its `signature`. The
key lies in `FILE.key` beside the ledger, mode 0600, never in the database: a copy of the record
gives nobody the power to sign for it. Whoever holds the key can sign anything; against that there
are the heads which subscribers have kept.
"""

from __future__ import annotations

import os
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from tempfile import mkstemp

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    load_pem_private_key,
)

from tocsin.kernel.canonical import canonical
from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.ledger.file import sync_directory


class Signer:
    """
    A key that signs statements.

    Args:
        key: The private key.
    """

    def __init__(self, key: Ed25519PrivateKey) -> None:
        self._key = key
        self.public_key = key.public_key().public_bytes_raw()
        self.key_id = key_id(self.public_key)

    @classmethod
    def open(cls, ledger: Path) -> Signer:
        """
        Read the key of a ledger, `FILE.key`; make one where there is none.

        Raises:
            Corrupt: `ledger.key_unreadable`.
            Unavailable: `ledger.cannot_open`.
        """
        path = key_path(ledger)
        try:
            if not path.exists():
                _make(path)
            text = path.read_bytes()
        except OSError as error:
            raise Unavailable("ledger.cannot_open", f"{path}: {error.strerror}.") from error
        try:
            key = load_pem_private_key(text, password=None)
        except (ValueError, TypeError, UnsupportedAlgorithm):
            key = None
        if not isinstance(key, Ed25519PrivateKey):
            raise Corrupt("ledger.key_unreadable", f"{path} holds no Ed25519 key.")
        return cls(key)

    def sign(self, statement: Mapping[str, object]) -> dict[str, object]:
        """Add `key_id` and `signature` (base64url without padding, 86 characters)."""
        signed = {**statement, "key_id": self.key_id}
        signature = self._key.sign(canonical(signed).encode())
        return {**signed, "signature": _text(signature)}

    def sign_text(self, text: bytes) -> str:
        """Sign bytes as they are: 86 characters of base64url, without padding."""
        return _text(self._key.sign(text))

    def public(self) -> dict[str, str]:
        """Say what others need to check a signature, as `/.well-known/tocsin.json` shows it."""
        return {
            "algorithm": "Ed25519",
            "key_id": self.key_id,
            "public_key": _text(self.public_key),
        }


def check(statement: Mapping[str, object], public_key: bytes) -> bool:
    """Tell whether a statement was signed with the key that belongs to 32 public bytes."""
    rest = {name: value for name, value in statement.items() if name != "signature"}
    signature = statement.get("signature")
    if not isinstance(signature, str):
        return False
    try:
        raw = urlsafe_b64decode(signature + "==")
        Ed25519PublicKey.from_public_bytes(public_key).verify(raw, canonical(rest).encode())
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def key_id(public_key: bytes) -> str:
    """Name a public key: the first 16 hexadecimal digits of its SHA-256."""
    return sha256(public_key).hexdigest()[:16]


def key_path(ledger: Path) -> Path:
    """Name the key file of a ledger: `FILE.key`."""
    return ledger.with_name(ledger.name + ".key")


def _make(path: Path) -> None:
    """Make a key that appears whole or not at all; where two do it at once, one key stays."""
    pem = Ed25519PrivateKey.generate().private_bytes(
        Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()
    )
    handle, draft = mkstemp(prefix=f"{path.name}.", dir=path.parent)  # Mode 0600.
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(pem)
            file.flush()
            os.fsync(handle)
        os.link(draft, path)
    except FileExistsError:
        return  # Another process was faster; its key is read.
    finally:
        Path(draft).unlink()
    sync_directory(path.parent)


def _text(raw: bytes) -> str:
    return urlsafe_b64encode(raw).rstrip(b"=").decode()
