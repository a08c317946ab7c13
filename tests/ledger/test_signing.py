"""
What the server signs can be checked by all and forged by none; its key is its owner's alone.

Method: properties over statements and changes to them; examples for the key's file.
"""

from __future__ import annotations

import stat
from base64 import urlsafe_b64decode
from concurrent.futures import ThreadPoolExecutor

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from hypothesis import given
from hypothesis import strategies as st

from tocsin.kernel.errors import Corrupt, Unavailable
from tocsin.ledger.signing import Signer, check, key_id, key_path

HEARTBEAT = {"at": "2023-01-26T05:45:43.000Z", "epoch": "00ff" * 4, "position": 7, "replay": False}

values = st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(max_size=9)
names = st.text("abcdefgh_", min_size=1, max_size=6)
statements = st.dictionaries(names, values, max_size=5)
signer = Signer(Ed25519PrivateKey.from_private_bytes(bytes(range(32))))


@given(statements)
def test_what_was_signed_can_be_checked(statement):
    signed = signer.sign(statement)
    assert check(signed, signer.public_key)
    assert {**statement, "key_id": signer.key_id} == {
        k: signed[k] for k in signed if k != "signature"
    }


@given(st.binary())
def test_a_text_is_signed_as_it_is(text):
    signature = signer.sign_text(text)
    assert len(signature) == 86
    key = Ed25519PublicKey.from_public_bytes(signer.public_key)
    key.verify(urlsafe_b64decode(signature + "=="), text)


@given(statements, names, values)
def test_a_changed_statement_is_not_what_was_signed(statement, name, value):
    signed = signer.sign(statement)
    changed = {**signed, name: value}
    assert check(changed, signer.public_key) == (repr(changed) == repr(signed))
    for left_out in signed:
        assert not check({k: signed[k] for k in signed if k != left_out}, signer.public_key)


@pytest.mark.parametrize("signature", [None, 1, "", "not base64 !", "AAAA", "я" * 86, "A" * 86])
def test_nonsense_is_no_signature(signature):
    assert not check({**signer.sign(HEARTBEAT), "signature": signature}, signer.public_key)
    assert not check(signer.sign(HEARTBEAT), b"too short")


def test_the_signature_is_over_rfc_8785_with_the_published_key():
    signed, public = signer.sign(HEARTBEAT), signer.public()
    rest = rfc8785.dumps({k: signed[k] for k in signed if k != "signature"})
    raw = urlsafe_b64decode(public["public_key"] + "=")
    Ed25519PublicKey.from_public_bytes(raw).verify(
        urlsafe_b64decode(signed["signature"] + "=="), rest
    )
    assert public["key_id"] == signed["key_id"] == key_id(raw)
    assert (len(signed["signature"]), public["algorithm"]) == (86, "Ed25519")


def test_a_ledgers_key_is_made_once_and_is_its_owners_alone(tmp_path):
    ledger = tmp_path / "ledger.db"
    with ThreadPoolExecutor(8) as openers:
        keys = {signer.key_id for signer in openers.map(lambda _: Signer.open(ledger), range(8))}
    assert len(keys) == 1
    assert [file.name for file in tmp_path.iterdir()] == ["ledger.db.key"]
    assert stat.S_IMODE(key_path(ledger).stat().st_mode) == 0o600


@pytest.mark.parametrize("text", [b"", b"key", b"-----BEGIN PRIVATE KEY-----\n"])
def test_a_damaged_key_is_never_replaced(tmp_path, text):
    key_path(tmp_path / "ledger.db").write_bytes(text)
    with pytest.raises(Corrupt, match=r"ledger\.key_unreadable"):
        Signer.open(tmp_path / "ledger.db")
    assert key_path(tmp_path / "ledger.db").read_bytes() == text


def test_a_place_where_no_key_can_be_made_is_named(tmp_path):
    with pytest.raises(Unavailable, match=r"ledger\.cannot_open.*nowhere"):
        Signer.open(tmp_path / "nowhere" / "ledger.db")
