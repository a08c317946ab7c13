"""
What others wrote lies in the tree unmodified, with its version, licence and hash.

Method: `vendor/MANIFEST.json` and the folder must name the same files, and each file must have
the hash written down when it was taken over.
"""

from __future__ import annotations

import json
from hashlib import sha256

from tests.house.source import PACKAGE, listed, shown, tracked

VENDOR = PACKAGE / "web" / "static" / "vendor"
MANIFEST = VENDOR / "MANIFEST.json"
FIELDS = {"file", "package", "version", "licence", "sha256"}


def _entries():
    return json.loads(MANIFEST.read_text(encoding="utf-8")) if MANIFEST.is_file() else []


def _files():
    kept = {MANIFEST, VENDOR / "README.md"}
    return [p for p in tracked() if p.is_relative_to(VENDOR) and p not in kept]


def test_every_vendored_file_is_in_the_manifest_and_the_other_way_round():
    there = {p.relative_to(VENDOR).as_posix() for p in _files() if not p.name.startswith("LICENSE")}
    named = {entry["file"] for entry in _entries()}

    assert there == named, (
        f"{shown(MANIFEST)} and its folder differ in:{listed(sorted(there ^ named))}\n"
        f"An entry is an object with {sorted(FIELDS)}."
    )


def test_every_entry_says_version_and_licence():
    wrong = [
        entry.get("file") for entry in _entries() if set(entry) < FIELDS or not all(entry.values())
    ]

    assert not wrong, f"These entries lack one of {sorted(FIELDS)}:{listed(wrong)}"


def test_no_vendored_file_was_changed():
    changed = [
        f"{entry['file']} is not the file of {entry['package']} {entry['version']}"
        for entry in _entries()
        if sha256((VENDOR / entry["file"]).read_bytes()).hexdigest() != entry["sha256"]
    ]

    assert not changed, f"Restore these, or take over a new version and its hash:{listed(changed)}"
