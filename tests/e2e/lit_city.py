"""
A server of a city with electricity, for tests of the pages of power.

No test is here. The company is invented and lies over real areas; what it says begins with the
moment of the test, so that a group is off within an hour, whatever the hour is.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path
from uuid import uuid4
from zoneinfo import ZoneInfo

from tests.serving import Served, started, until, write

from tocsin.areas.gazetteer import load_pack
from tocsin.kernel.ids import CommandId, SenderId
from tocsin.kernel.time import SystemClock, rfc3339
from tocsin.kernel.words import Rank, Status
from tocsin.power.day import of_cells
from tocsin.power.messages import (
    ApprovePlan,
    Company,
    DeclareEmergency,
    GroupCode,
    GroupDay,
    LiftEmergency,
    ListCompany,
    OperatorId,
    PlanKind,
    Power,
    PublishSchedule,
    Regime,
    Zone,
    ZoneCode,
)

UA = load_pack("UA")
KYIV, ODESA = UA.get("UA-30").code, UA.get("UA-51").code
SHA = "ab" * 32
BOOK = "operator,street,house_from,house_to,parity,group\ngrid,вул. Світла,1,99,,1.1\n"


def _common(area: str = KYIV) -> dict[str, object]:
    return {
        "command_id": CommandId(str(uuid4())),
        "sender": SenderId("operator"),
        "rank": Rank.AUTHORITY,
        "area": area,
        "at": rfc3339(SystemClock().now()),
    }


def _zone(code: str, area: str = KYIV) -> dict[str, object]:
    return {**_common(area), "operator": OperatorId("grid"), "zone": ZoneCode(code)}


def zone(code: str, area: str, *groups: str) -> Zone:
    """List a zone with its groups."""
    return Zone(
        code=ZoneCode(code), name=code.title(), area=area, areas=(area,),
        groups=tuple(GroupCode(group) for group in groups),
    )  # fmt: skip


ZONES = (zone("kyiv", KYIV, "1.1", "1.2"), zone("odesa", ODESA, "2.1"))


def soon_off(group: str) -> list[GroupDay]:
    """Plan power until the end of the next half-hour, none for two hours, then power."""
    local = SystemClock().now().astimezone(ZoneInfo("Europe/Kyiv"))
    next_one = local.hour * 2 + local.minute // 30 + 1
    cells = [Power.OFF if next_one < n <= next_one + 4 else Power.ON for n in range(96)]
    days = (local.date(), local.date() + timedelta(days=1))
    return [
        GroupDay(
            group=GroupCode(group),
            date=day.isoformat(),
            regime=Regime.HOURLY,
            slots=of_cells(cells[48 * n : 48 * n + 48]),
        )
        for n, day in enumerate(days)
    ]


def says(days: list[GroupDay]) -> PublishSchedule:
    """Publish a schedule for Kyiv."""
    return PublishSchedule(**_zone("kyiv"), source="The grid’s page", days=tuple(days))


def cuts(code: str, area: str) -> DeclareEmergency:
    """Cut a zone at once."""
    return DeclareEmergency(**_zone(code, area), status=Status.ACTUAL, reason="imminent danger")


def restores(code: str, area: str) -> LiftEmergency:
    """Let a zone's plan hold again."""
    return LiftEmergency(**_zone(code, area), status=Status.ACTUAL)


def regime(served: Served, code: str) -> str:
    """Ask the server by which rule a zone is."""
    zones = served.get("/api/v1/outages").json()["zones"]
    return next((one["regime"] for one in zones if one["zone"] == code), "")


def say(served: Served, command: DeclareEmergency | LiftEmergency, then: str) -> None:
    """Say something of a zone, and wait until the server has its regime."""
    write(served.db, [command])
    assert until(lambda: regime(served, command.zone) == then)


@contextmanager
def lit_city(folder: Path) -> Iterator[Served]:
    """Serve the city: Kyiv by a schedule, Odesa in an emergency, and one approved plan."""
    book = folder / "addresses.csv"
    book.write_text(BOOK, encoding="utf-8")
    with started(folder / "tocsin.db", power_addresses=str(book)) as served:
        company = Company(
            operator=OperatorId("grid"), name="Invented grid", clock="Europe/Kyiv", zones=ZONES
        )
        days = soon_off("1.1")
        plan = ApprovePlan(
            **_zone("kyiv"), kind=PlanKind.DAY, plan_sha256=SHA, megawatts=40,
            days=tuple(days),
        )  # fmt: skip
        listed = ListCompany(**_common(), company=company)
        write(served.db, [listed, says([*days, *soon_off("1.2")]), plan, cuts("odesa", ODESA)])
        assert until(lambda: regime(served, "odesa") == "emergency")
        yield served
