"""
The program: one Typer application, its errors and its exit codes.

0 done, 1 refused or found wanting, 2 usage, 3 unavailable. An error goes to standard error as a
sentence with its stable code, so that standard output holds nothing but what was asked for.
Nothing heavy is imported here or by the modules of the verbs: each verb imports what it needs
when it runs, so that `--help` and the small verbs answer at once.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from typing import Annotated, Any, NoReturn

import typer
from typer.core import TyperCommand, TyperGroup

from tocsin.cli import guide
from tocsin.cli.sentences import sentence
from tocsin.cli.tongue import choose, language, say, speak, without_language
from tocsin.kernel.errors import TocsinError

EXIT_WANTING = 1
EXIT_USAGE = 2


class Verb(TyperCommand):
    """A verb whose help is written by `guide`."""

    def get_help(self, ctx: Any) -> str:
        """Write the help of this verb."""
        return guide.page(self, ctx)


class Program(TyperGroup):
    """A group of verbs whose help and errors are written here."""

    def get_help(self, ctx: Any) -> str:
        """Write the help of these verbs."""
        return guide.page(self, ctx)

    def main(
        self,
        args: Sequence[str] | None = None,
        prog_name: str | None = None,
        complete_var: str | None = None,
        standalone_mode: bool = True,  # noqa: ARG002  # Its base has it; exits are ours.
        windows_expand_args: bool = True,  # As its base has it.
        **extra: Any,
    ) -> Any:
        """Run one command line and leave with its exit code."""
        given = list(sys.argv[1:] if args is None else args)
        speak(choose(given, os.environ))
        try:
            code = super().main(
                without_language(given),
                prog_name or "tocsin",
                complete_var,
                standalone_mode=False,
                windows_expand_args=windows_expand_args,
                **extra,
            )
            sys.stdout.flush()
        except TocsinError as error:
            complain(error)
        except typer.TyperException as error:
            guide.misused(error)
            sys.exit(EXIT_USAGE)
        except typer.Abort:
            typer.echo(say("aborted"), err=True)
            sys.exit(EXIT_WANTING)
        except BrokenPipeError:
            # Whoever read us has read enough; what is left in the buffer has no reader.
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
            sys.exit(0)
        sys.exit(code if isinstance(code, int) else 0)


def complain(error: TocsinError) -> NoReturn:
    """Say what went wrong, on standard error, and leave with the exit code of its class."""
    typer.echo(f"tocsin: {sentence(error)}", err=True)
    sys.exit(error.exit_code)


app = typer.Typer(
    name="tocsin",
    cls=Program,
    help=say("tocsin"),
    no_args_is_help=True,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
)


def group(name: str) -> typer.Typer:
    """Make a group of verbs under the program, `tocsin NAME …`."""
    verbs = typer.Typer(
        cls=Program,
        help=say(name),
        no_args_is_help=True,
        rich_markup_mode=None,
        context_settings={"help_option_names": ["-h", "--help"]},
    )
    app.add_typer(verbs, name=name)
    return verbs


def _version(value: bool) -> None:  # Typer hands the flag in.
    if value:
        from importlib.metadata import version

        typer.echo(f"tocsin {version('tocsin')}")
        raise typer.Exit


@app.callback()
def tocsin(
    *,
    version: Annotated[  # noqa: ARG001  # Its callback has acted by then.
        bool, typer.Option("--version", help=say("o.version"), callback=_version, is_eager=True)
    ] = False,
    lang: Annotated[str | None, typer.Option(metavar="uk|en", help=say("o.lang"))] = None,
) -> None:
    """Take the options that hold for every verb."""
    if lang is not None:  # Those that we speak were taken out before.
        raise typer.BadParameter(say("not_spoken", language=lang), param_hint="'--lang'")


__all__ = ["EXIT_USAGE", "EXIT_WANTING", "Program", "Verb", "app", "complain", "group", "language"]
