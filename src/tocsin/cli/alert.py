"""
`tocsin alert`: raise, update, clear and correct, by a person at a terminal, over HTTP.

Before anything is sent a sentence says what will happen and to how many areas, and waits for a
yes; `--yes`, or a command line without a person at it, goes on at once. The command's id is
printed first, so that the same command can be sent again after a broken link and acts once.
Status has no default: whoever raises an alert says whether it is a drill.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Annotated, Any, Final, Literal, NamedTuple, TypeAlias

import typer

from tocsin.cli import paper, places
from tocsin.cli.options import URL, AsJson, Country, Url, Yes, areas_like
from tocsin.cli.program import Verb, group
from tocsin.cli.sending import CommandId, StatusName, Token, agree, send
from tocsin.cli.tongue import say, words
from tocsin.kernel.errors import Malformed, Refused

if TYPE_CHECKING:
    from tocsin.areas.area import Area
    from tocsin.areas.gazetteer import Gazetteer

NAMES_SHOWN: Final = 6

HazardName: TypeAlias = Literal[
    "air_raid",
    "artillery",
    "urban_fighting",
    "chemical",
    "nuclear",
    "flood",
    "fire",
    "storm",
    "other",
]
LevelName: TypeAlias = Literal["watch", "warning"]
ThreatName: TypeAlias = Literal["drones", "missiles", "ballistic", "bombs", "artillery"]
# Written out, as importing the room would cost every verb 60 ms; a test compares.

_Alert: TypeAlias = Annotated[str, typer.Argument(metavar="ALERT|AREA", help=say("o.alert"))]
_Text: TypeAlias = Annotated[
    list[str] | None, typer.Option("--text", metavar="LANG=TEXT", help=say("o.text"))
]

verbs = group("alert")


@verbs.command("raise", cls=Verb, help=say("alert.raise"))
def raise_(  # noqa: PLR0913  # An option for each field of the message.
    named: Annotated[
        list[str] | None,
        typer.Argument(metavar="AREA", help=say("o.areas"), autocompletion=areas_like),
    ] = None,
    *,
    token: Token,
    hazard: Annotated[HazardName, typer.Option("--hazard", metavar="HAZARD", help=say("o.hazard"))],
    level: Annotated[LevelName, typer.Option("--level", metavar="LEVEL", help=say("o.level"))],
    status: Annotated[
        StatusName,
        typer.Option("--status", metavar="STATUS", help=say("o.status"), case_sensitive=False),
    ],
    area: Annotated[
        list[str] | None,
        typer.Option("--area", metavar="AREA", help=say("o.areas"), autocompletion=areas_like),
    ] = None,
    threat: Annotated[
        ThreatName | None, typer.Option("--threat", metavar="THREAT", help=say("o.threat"))
    ] = None,
    text: _Text = None,
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Raise an alert in all of the areas, or in none."""
    gazetteer = places.load_country(country)
    asked = [places.one(gazetteer, wanted) for wanted in (*(named or ()), *(area or ()))]
    found = list({one.code: one for one in asked}.values())
    if not found:
        raise Malformed("alert.no_area", "Say which area: its code or its name.", where="AREA")
    body: dict[str, Any] = {
        "areas": [one.code for one in found],
        "hazard": hazard,
        "level": level,
        "status": status,
    }
    body |= {"threat": threat} if threat else {}
    body |= {"text": _texts(text)} if text else {}
    agree(_what_will_happen(gazetteer, found, body), yes=yes)
    answer = send(url, token, "/api/v1/alerts", body, command_id)
    if as_json:
        paper.put_json(answer)
        return
    for accepted in answer["accepted"]:
        where = places.name(gazetteer.get(accepted["area"]))
        paper.put(say("alert.stands", area=where, id=accepted["id"], version=accepted["version"]))


@verbs.command("update", cls=Verb, help=say("alert.update"))
def update(  # noqa: PLR0913  # As above.
    alert: _Alert,
    *,
    token: Token,
    level: Annotated[
        LevelName | None, typer.Option("--level", metavar="LEVEL", help=say("o.level"))
    ] = None,
    threat: Annotated[
        ThreatName | None, typer.Option("--threat", metavar="THREAT", help=say("o.threat"))
    ] = None,
    reason: Annotated[
        str | None, typer.Option("--reason", metavar="TEXT", help=say("o.reason"))
    ] = None,
    text: _Text = None,
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Change what is said of an alert; what is left out stays as it is."""
    changes: dict[str, Any] = {"level": level, "threat": threat, "reason": reason}
    body = {name: value for name, value in changes.items() if value is not None}
    body |= {"text": _texts(text)} if text else {}
    if not body:
        raise Malformed("alert.no_change", "Say what to change: level, threat, reason or text.")
    order = _Order(alert, token, command_id, yes, url, as_json, country)
    _say(order, "update", "alert.will_update", body)


@verbs.command("clear", cls=Verb, help=say("alert.clear"))
def clear(
    alert: _Alert,
    *,
    token: Token,
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Give the all-clear."""
    order = _Order(alert, token, command_id, yes, url, as_json, country)
    _say(order, "all-clear", "alert.will_clear", {})


@verbs.command("correct", cls=Verb, help=say("alert.correct"))
def correct(
    alert: _Alert,
    *,
    token: Token,
    reason: Annotated[str, typer.Option("--reason", metavar="TEXT", help=say("o.reason"))],
    command_id: CommandId = None,
    yes: Yes = False,
    url: Url = URL,
    as_json: AsJson = False,
    country: Country = "UA",
) -> None:
    """Say that an alert was false."""
    body = {"reason": reason}
    order = _Order(alert, token, command_id, yes, url, as_json, country)
    _say(order, "correction", "alert.will_correct", body)


class _Order(NamedTuple):
    """What the verbs on a standing alert have in common."""

    alert: str
    token: str
    command_id: str | None
    yes: bool
    url: str
    as_json: bool
    country: str


def _say(order: _Order, verb: str, sentence: str, body: dict[str, Any]) -> None:
    """Agree with the person on what will happen to a standing alert, then send it."""
    alert, token, command_id, yes, url, as_json, country = order
    gazetteer = places.load_country(country)
    alert_id = alert if _is_id(alert) else _standing(url, gazetteer, places.one(gazetteer, alert))
    code = alert_id.rsplit("-", 2)[0]
    where = places.name(gazetteer.get(code)) if code in gazetteer else code
    agree(say(sentence, area=where, id=alert_id), yes=yes)
    answer = send(url, token, f"/api/v1/alerts/{alert_id}/{verb}", body, command_id)
    if as_json:
        paper.put_json(answer)
    else:
        paper.put(say("alert.done", area=where, id=answer["id"], version=answer["version"]))


def _is_id(text: str) -> bool:
    area, _, rest = text.partition("-")
    version, _, mark = rest.rpartition("-")
    return bool(area) and version.isdecimal() and len(mark) == 8


def _standing(url: str, gazetteer: Gazetteer, area: Area) -> str:
    """Find the one alert that was raised for an area, on the server's board."""
    board = _ask(url, f"/api/v1/board?areas={area.code}")
    found = [alert for alert in board["alerts"] if alert["area"]["code"] == area.code]
    if not found:
        raise Refused("alert.none_here", f"No alert of its own stands in {area.name['en']}.")
    if len(found) > 1:
        ids = ", ".join(f"{alert['hazard']} {alert['id']}" for alert in found)
        raise Malformed("alert.several_here", f"Several alerts stand there, name one: {ids}.")
    del gazetteer
    return str(found[0]["id"])


def _what_will_happen(gazetteer: Gazetteer, areas: Sequence[Area], body: dict[str, Any]) -> str:
    """Say in one sentence what a raise does, to whom and to how many."""
    shown = ", ".join(places.name(area) for area in areas[:NAMES_SHOWN])
    if len(areas) > NAMES_SHOWN:
        shown = words().say("note.more", areas=shown, n=len(areas) - NAMES_SHOWN)
    hazard = words().named("hazard", body["hazard"])
    if "threat" in body:
        hazard += f" ({words().named('threat', body['threat'])})"
    inside = {code for area in areas for code in gazetteer.descendants(area.code)}
    counted = "areas" if len(areas) > 1 else "area" if inside else "area_alone"
    return say(
        f"alert.will_raise.{body['status']}.{body['level']}",
        areas=shown,
        count=say(f"alert.{counted}", n=len(areas), inside=len(inside)),
        hazard=hazard,
    )


def _texts(given: Sequence[str]) -> dict[str, str]:
    texts: dict[str, str] = {}
    for entry in given:
        language, equals, text = entry.partition("=")
        if not equals or not text or not language.isascii():
            raise Malformed(
                "alert.text_malformed",
                f"“{entry[:40]}” is not LANG=TEXT; write it like uk=Тривога.",
                where="--text",
            )
        texts[language.strip().lower()] = text
    return texts


def _ask(url: str, path: str) -> dict[str, Any]:
    from tocsin.cli.remote import call

    return call(url, path)
