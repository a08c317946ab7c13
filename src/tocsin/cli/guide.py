"""
Help, and what is said of a command line that cannot be read: plain text in both languages.

It fits 80 columns, has no boxes and no colour, and names what is required in words.
"""

from __future__ import annotations

import re
import shutil
import textwrap
from typing import Any, Final

import typer

from tocsin.cli.manual import MANUAL
from tocsin.cli.tongue import language, say

_INDENT: Final = 22
_WIDEST: Final = 96
_NO_BREAK: Final = "\N{NO-BREAK SPACE}"
_TYPERS_OWN: Final = frozenset({"help", "install_completion", "show_completion"})

_SENTENCES: Final = {
    re.compile(r"No such command '(?P<name>.*?)'\.(?: Did you mean (?P<near>.*)\?)?"): "h.no_verb",
    re.compile(r"Missing command"): "h.no_verb_given",
    re.compile(r"Got unexpected extra argument\(s\) \((?P<name>.*)\)"): "h.too_much",
    re.compile(r"Option '(?P<name>.*)' requires"): "h.no_value",
}


def page(command: Any, context: Any) -> str:
    """Write the help of a verb or of a group of verbs."""
    text = (command.help or "").strip()
    parts = [_usage(command, context), ""]
    parts += ["\n".join(_wrapped(part, "  ") for part in text.split("\n")), ""] if text else []
    arguments = [p for p in command.params if p.param_type_name == "argument" and not p.hidden]
    parts += _section("h.arguments", [(_shown(p), _told(p)) for p in arguments])
    verbs = getattr(command, "commands", {})
    parts += _section("h.verbs", [(name, _first(verb)) for name, verb in _ordered(verbs)])
    options = [p for p in command.get_params(context) if p not in arguments and not p.hidden]
    parts += _section("h.options", [(_shown(p), _told(p)) for p in options])
    return "\n".join(parts).rstrip()


def misused(error: typer.TyperException) -> None:
    """Say on standard error what is wrong with a command line, and how to get help."""
    context = getattr(error, "ctx", None)
    if type(error).__name__ == "NoArgsIsHelpError":
        typer.echo(error.message, err=True)
        return
    typer.echo(f"tocsin: {_fault(error)}", err=True)
    path = "tocsin" if context is None else context.command_path
    typer.echo(say("h.see", command=f"{path} --help"), err=True)


def _fault(error: Any) -> str:
    if language() == "en":
        return str(error.format_message())
    hint = getattr(error, "param_hint", None)
    param = getattr(error, "param", None)
    name = hint or ("" if param is None else param.get_error_hint())
    match type(error).__name__:
        case "MissingParameter":
            return say("h.missing", name=name)
        case "NoSuchOption":
            near = ", ".join(sorted(error.possibilities or ()))
            text = say("h.no_option", name=error.option_name)
            return f"{text} {say('h.perhaps', near=near)}" if near else text
        case "BadParameter":
            return say("h.bad_value", name=name, why=error.message)
        case _:
            return _misread(str(error.format_message()))


def _misread(told: str) -> str:
    """Say in Ukrainian what Typer says in English; what is new to us stays as it is."""
    for pattern, key in _SENTENCES.items():
        found = pattern.match(told)
        if found is not None:
            near = found.groupdict().get("near")
            text = say(key, name=found.groupdict().get("name", ""))
            return f"{text} {say('h.perhaps', near=near)}" if near else text
    return say("h.misread", why=told)


def _usage(command: Any, context: Any) -> str:
    pieces = [f"{say('h.usage')}: {context.command_path}"]
    if hasattr(command, "commands"):
        return " ".join([*pieces, say("h.a_verb"), "…"])
    for param in command.params:
        if param.param_type_name == "argument":
            shown = param.metavar or param.name.upper()
            shown = f"{shown}…" if param.nargs == -1 else shown
            pieces.append(shown if param.required else f"[{shown}]")
    for param in command.params:
        if param.param_type_name == "option" and not param.hidden:
            shown = f"{_longest(param)} {_value(param)}".strip()
            pieces.append(shown if param.required else f"[{shown}]")
    line = " ".join([pieces[0], *map(_whole, pieces[1:])])
    told = textwrap.fill(line, _width(), subsequent_indent="    ", break_on_hyphens=False)
    return told.replace(_NO_BREAK, " ")


def _section(title: str, rows: list[tuple[str, str]]) -> list[str]:
    if not rows:
        return []
    lines = [f"{say(title)}:"]
    for name, told in rows:
        text = _wrapped(told, " " * _INDENT)
        if len(name) + 4 > _INDENT:
            lines += [f"  {name}", text]
        else:
            lines.append(f"  {name:<{_INDENT - 2}}{text.lstrip()}")
    return [*lines, ""]


def _shown(param: Any) -> str:
    if param.param_type_name == "argument":
        return str(param.metavar or param.name.upper())
    names = sorted(param.opts, key=len)
    return f"{', '.join(names)} {_value(param)}".strip()


def _value(param: Any) -> str:
    return "" if param.is_flag else str(param.metavar or param.name.upper())


def _longest(param: Any) -> str:
    return str(max(param.opts, key=len))


def _told(param: Any) -> str:
    text = say(f"o.{param.name}") if param.name in _TYPERS_OWN else param.help or ""
    notes = [say("h.required")] if param.required else []
    if param.show_default and isinstance(param.default, str | int) and param.default:
        notes.append(say("h.default", value=param.default))
    if param.envvar and param.show_envvar:
        notes.append(f"${param.envvar}")
    return " ".join([text, *(_whole(f"[{note}]") for note in notes)])


def _ordered(verbs: Any) -> list[tuple[str, Any]]:
    """List verbs as the manual does: what is needed first stands first."""
    keys = [key for key in MANUAL if not key.startswith("o.")]
    places = {key.rpartition(".")[2]: number for number, key in enumerate(keys)}
    return sorted(verbs.items(), key=lambda found: places.get(found[0], len(places)))


def _first(verb: Any) -> str:
    return str(verb.help or "").strip().split("\n")[0]


def _whole(piece: str) -> str:
    """Keep a piece on one line: a no-break space is no place to wrap."""
    return piece.replace(" ", _NO_BREAK)


def _wrapped(text: str, indent: str) -> str:
    told = textwrap.fill(
        text,
        _width(),
        initial_indent=indent,
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )
    return told.replace(_NO_BREAK, " ")


def _width() -> int:
    return min(shutil.get_terminal_size().columns, _WIDEST)
