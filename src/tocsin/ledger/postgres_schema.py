"""
The tables of a ledger in PostgreSQL: how they are made, and told from anything else.

They hold what the SQLite file holds, column for column, so that the same events have the same
hashes in both. The triggers stop mistakes, also of a superuser who has turned triggers off for a
session; against a person who drops them there are the chain, the tree and the signed heads. The
one row of `writer` is what every append locks: its `term` says which core is the active one.
`inbox` holds what cores have spooled, for the active one to decide (`postgres_inbox`).
"""

from __future__ import annotations

import os
import re
from hashlib import sha256
from typing import Final

import psycopg

from tocsin.kernel.errors import Corrupt, Refused
from tocsin.ledger.postgres_link import Address, Link, connect, named

SCHEMA_VERSION: Final = 1

OLDEST_POSTGRES: Final = 140_000
"""PostgreSQL 14: the first that ends idle sessions, and looks whether who asked is still there."""

_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,47}")

TABLES: Final = (
    """
    CREATE TABLE meta (key text COLLATE "C" PRIMARY KEY, value text NOT NULL)
    """,
    """
    CREATE TABLE events (
        position bigint PRIMARY KEY,
        id text COLLATE "C" NOT NULL,
        command_id text COLLATE "C" NOT NULL,
        room text COLLATE "C" NOT NULL,
        area text COLLATE "C" NOT NULL,
        version bigint NOT NULL,
        kind text COLLATE "C" NOT NULL,
        status text COLLATE "C" NOT NULL,
        sender text COLLATE "C" NOT NULL,
        happened_at text COLLATE "C" NOT NULL,
        recorded_at text COLLATE "C" NOT NULL,
        body text COLLATE "C" NOT NULL,
        prev text COLLATE "C" NOT NULL,
        hash text COLLATE "C" NOT NULL
    )
    """,
    """
    CREATE UNIQUE INDEX events_by_area ON events (room, area, version)
    """,
    """
    CREATE TABLE commands (
        command_id text COLLATE "C" PRIMARY KEY,
        fingerprint text COLLATE "C" NOT NULL,
        position bigint NOT NULL,
        answer text COLLATE "C" NOT NULL
    )
    """,
    """
    CREATE TABLE snapshots (
        name text COLLATE "C" PRIMARY KEY,
        position bigint NOT NULL,
        shape bigint NOT NULL,
        digest bytea NOT NULL,
        state bytea NOT NULL
    )
    """,
    """
    CREATE TABLE writer (
        one boolean PRIMARY KEY DEFAULT true CHECK (one),
        term bigint NOT NULL DEFAULT 0,
        holder text NOT NULL DEFAULT ''
    )
    """,
    """
    CREATE TABLE inbox (
        number bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
        command_id text COLLATE "C" NOT NULL UNIQUE,
        request text COLLATE "C" NOT NULL,
        told text COLLATE "C" NOT NULL,
        outcome text COLLATE "C"
    )
    """,
    """
    CREATE FUNCTION append_only() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN
        RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'restrict_violation';
    END $$
    """,
)

GUARDED: Final = ("events", "commands")

GUARDS: Final = tuple(
    statement.format(table)
    for table in GUARDED
    for statement in (
        """
        CREATE TRIGGER {0}_are_not_changed BEFORE UPDATE OR DELETE OR TRUNCATE ON {0}
        FOR EACH STATEMENT EXECUTE FUNCTION append_only()
        """,
        "ALTER TABLE {0} ENABLE ALWAYS TRIGGER {0}_are_not_changed",
    )
)


def create(address: Address) -> None:
    """
    Make an empty ledger where there is none; several machines may do this at once.

    Raises:
        Refused: `ledger.not_a_ledger`, `ledger.too_new`.
        Unavailable: `ledger.unreachable` and others of `named`.
    """
    if not _NAME.fullmatch(address.schema):
        raise Refused("ledger.not_a_ledger", f"“{address.schema}” cannot be a schema's name.")
    link = connect(address)
    try:
        _require_server(link)
        with link.transaction():
            link.execute("SELECT pg_advisory_xact_lock(%s)", (lock_key(address) ^ 1,))
            link.execute(f"CREATE SCHEMA IF NOT EXISTS {address.schema}".encode())
            if link.execute("SELECT to_regclass('meta')").fetchone() == (None,):
                for statement in (*TABLES, *GUARDS):
                    link.execute(statement.encode())
                link.execute("INSERT INTO writer DEFAULT VALUES")
                link.execute("INSERT INTO meta VALUES ('schema', %s)", (str(SCHEMA_VERSION),))
                new_epoch(link)
    except psycopg.Error as error:
        raise named(error) from error
    finally:
        link.close()


def recognise(rows: dict[str, str], address: Address) -> str:
    """
    Tell a ledger from anything else by what its `meta` holds; answer its epoch.

    Raises:
        Refused: `ledger.too_new`.
        Corrupt: `ledger.damaged`.
    """
    if int(rows.get("schema", "0")) > SCHEMA_VERSION:
        raise Refused("ledger.too_new", f"{address.shown()} was written by a newer Tocsin.")
    epoch = rows.get("epoch")
    if epoch is None:
        raise Corrupt("ledger.damaged", f"{address.shown()} does not say which epoch it is in.")
    return epoch


def new_epoch(link: Link) -> str:
    """Begin a new life of the ledger, inside the caller's transaction; answer its name."""
    epoch = os.urandom(8).hex()
    link.execute(
        "INSERT INTO meta VALUES ('epoch', %s)"
        " ON CONFLICT (key) DO UPDATE SET value = excluded.value",
        (epoch,),
    )
    return epoch


def lock_key(address: Address) -> int:
    """Give the number of the lock that makes a core the active one of this ledger."""
    digest = sha256(f"tocsin {address.schema}".encode()).digest()
    return int.from_bytes(digest[:8], "big", signed=True)


def _require_server(link: Link) -> None:
    """
    Refuse a server that cannot keep what Tocsin promises.

    `fsync` off loses everything in a power cut; a database that isn't UTF-8 cannot hold all texts.
    """
    if link.info.server_version < OLDEST_POSTGRES:
        raise Refused("ledger.postgres_too_old", "PostgreSQL 14 or newer is needed.")
    for setting, wanted in (
        ("fsync", "on"),
        ("full_page_writes", "on"),
        ("server_encoding", "UTF8"),
    ):
        found = link.execute("SELECT current_setting(%s)", (setting,)).fetchone()
        if found != (wanted,):
            raise Refused(
                "ledger.postgres_unsafe", f"PostgreSQL runs with {setting} = {found}; not {wanted}."
            )
