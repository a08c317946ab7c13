"""
A command by a person at a terminal: what will happen is said first, then it is sent, once.

Where a person can answer they are asked; the command's id is printed before it is sent, so that
the same command can be sent again after a broken link and acts once.
"""

from __future__ import annotations

import sys
from typing import Annotated, Any, Literal, TypeAlias
from uuid import UUID, uuid4

import typer

from tocsin.cli import paper
from tocsin.cli.tongue import say
from tocsin.kernel.errors import Malformed

StatusName: TypeAlias = Literal["Actual", "Exercise", "Test"]
# Written out, as importing the room would cost every verb 60 ms; a test compares.

Token: TypeAlias = Annotated[
    str, typer.Option("--token", metavar="TOKEN", envvar="TOCSIN_TOKEN", help=say("o.token"))
]
CommandId: TypeAlias = Annotated[
    str | None, typer.Option("--command-id", metavar="UUID", help=say("o.command_id"))
]


def agree(sentence: str, *, yes: bool) -> None:
    """
    Show what will happen, and go on only with a yes where a person can give one.

    Raises:
        typer.Abort: The person said no.
    """
    paper.note(sentence)
    if yes or not sys.stdin.isatty():
        return
    answer = typer.prompt(say("agree"), default="", show_default=False, err=True)
    if str(answer).strip().lower() not in {"yes", "y", "так", "т"}:
        raise typer.Abort


def send(
    url: str, token: str, path: str, body: dict[str, Any], command_id: str | None
) -> dict[str, Any]:
    """
    Send a command and wait until it is on the server's disk.

    Raises:
        Malformed: `command.id_malformed`, or what the server says.
        Refused: What the server says.
        Unavailable: As of `tocsin.cli.remote.call`.
    """
    try:
        name = str(uuid4() if command_id is None else UUID(command_id))
    except ValueError:
        raise Malformed(
            "command.id_malformed", "A command id is a UUID.", where="--command-id"
        ) from None
    paper.note(say("alert.command_id", id=name))
    from tocsin.cli.remote import call

    return call(url, path, body={"command_id": name, **body}, token=token)
