"""
Which column of a register is what: a profile for each that is known, and one for all others.

A profile is chosen by columns that only its register has. What a register says by being what it
is stands here too: its time zone, whom it must be credited to, that a register of air-raid
shelters lists what is fit for an air raid. Columns with persons and telephones are never read.

Source: the registers and interfaces named in docs/reference/registers.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Final

from tocsin.intake.register_place import Box
from tocsin.intake.register_text import folded
from tocsin.intake.register_words import HAZARDS
from tocsin.shelters.messages import Access, Said

NOT_STATED: Final = "not stated"

Columns = Mapping[str, tuple[str, ...]]
"""By field of a listing: names of columns, folded; the first that says something counts."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Profile:
    """
    How one register is to be read.

    Args:
        signature: Folded columns that tell it; none for the general one.
        columns: Further fields: `kind` and `step_free` may have several columns, asked in turn.
        joined: Columns that make up an address together.
        hazards: By folded column, the hazard for which its mark says that a place is designated.
        zone: IANA time zone.
        box: Where its country lies.
        area: Code of the area that all of it lies in, where its country's tree is the one in use.
        fit: For which hazards whatever it lists is meant.
        access: Whom it lets in where no column says so.
        hours_admit: Whether its column of hours says to whom access is given.
        squares: Square metres for one person, where the register says how it counts places.
    """

    name: str
    signature: frozenset[str] = frozenset()
    columns: Columns = field(default_factory=dict)
    joined: tuple[str, ...] = ()
    hazards: Mapping[str, str] = field(default_factory=dict)
    zone: str | None = None
    box: Box | None = None
    area: str = ""
    fit: Mapping[str, Said] = field(default_factory=dict)
    access: Access = Access.UNKNOWN
    hours_admit: bool = False
    squares: float | None = None
    source: str = ""
    licence: str = ""


def _names(text: str) -> tuple[str, ...]:
    return tuple(text.split("|"))


PERSONAL: Final = frozenset(
    _names(
        "owner|owner_name|власник|балансоутримувач|nazvabalansoutrymuvacha|"
        "shem_baalim|yurydychnaadresabalansoutrymuvacha|operator|manager|"
        "maneger_name|manager_name|contact|contacts|contact_name|контакти|"
        "контактна особа|відповідальна особа|відповідальний|піб|tel|phone|telephone|"
        "telephone_henion|celolar|mobile|телефон|номер телефону|контактний телефон|"
        "電話番号|担当者|טלפון|איש קשר|email|e-mail|mail|contact:phone|contact:email|"
        "kontaktnyytelefon"
    )
)
"""Columns that hold persons, telephones or mail: they are told by name, and never read."""

_RAMP: Final = (
    "наявність пристосування для доступу людей з інвалідністю та інших маломобільних груп "
    "населення (пандусу)"
)

_GENERAL: Final[Columns] = {
    "id": _names(
        "guid|globalid|uniqueid|id|slug|共通id|osm_id|fid|code|number|oblikovyynomer|"
        "обліковий номер|no з/п|номер|no|_id|objectid"
    ),
    "name": _names(
        "name|назва|найменування|施設・場所名|施設名|名称|shem|title|label|שם|name_uk|name:uk|"
        "name_en|name:en"
    ),
    "kind": _names(
        "kind|вид укриття|вид|sheltertype|shelter_type|t_sug|category|type|"
        "тип укриття|тип|סוג|building_type"
    ),
    "address": _names(
        "address|адреса|住所|full_address|addr|addr:full|address for the map|"
        "addressformap|mapaddress|short_address|street|כתובת"
    ),
    "lat": _names("lat|latitude|y|широта|緯度|shyrota|geo_lat"),
    "lon": _names("lon|lng|long|longitude|x|довгота|経度|dovhota|geo_lon"),
    "access": _names("access|доступ|who"),
    "hours": _names(
        "hours|opening_hours|opening_times|working_time|режим роботи|графік роботи|"
        "години роботи|schedule"
    ),
    "capacity": _names(
        "capacity|places|persons|місткість|вмістимість|місткість осіб|mistkistosib|"
        "収容人数|想定収容人数|קיבולת"
    ),
    "squares": _names("square_metres|area_m2|shetach_mr|ploshcha|площа"),
    "step_free": _names(
        "step_free|accessible|accessibility|wheelchair|invalid|ramp|пандус|"
        "miklat_mungash|доступність|nayavnistdostupumalomobilnykhverstvnaselennya|"
        "נגישות"
        "|" + _RAMP
    ),
    "pets": _names("pets|animals|dogs|тварини"),
    "water": _names("water|drinking_water|вода|systemavodopostachannya"),
    "toilet": _names("toilet|toilets|туалет|вбиральня"),
    "heating": _names("heating|опалення|systemaopalennya"),
    "first_aid": _names("first_aid|аптечка"),
    "network": _names("network|wifi|wi-fi|internet|internet_access|інтернет"),
    "generator": _names("generator|генератор"),
    "fit": _names("disastertypes|hazards|fit"),
    "note": _names("note|notes|remark|примітка|примітки|備考|hearot"),
    "excluded": _names("yevyklyuchenoyu|excluded"),
    "readiness": _names("stanhotovnosti|pail"),
    "power_group": _names("power_group|черга"),
}

_UKRAINE: Final = Box(22.0, 44.3, 40.3, 52.4)
_ISRAEL: Final = Box(34.2, 29.4, 35.9, 33.4)
_JAPAN: Final = Box(122.9, 20.4, 154.0, 45.6)
"""To a tenth of a degree, outlying islands included."""

_AIR_RAID: Final = {"air_raid": Said.YES}
_KYIV_COLUMNS: Final[Columns] = {
    "name": ("тип будівлі", "type_building"),
    "kind": ("вид укриття", "kind", "тип укриття", "type"),
    "address": ("адреса", "address"),
    "hours": ("режим роботи", "working_time"),
    "step_free": (_RAMP, "invalid"),
    "id": ("guid",),
}

_KYIV: Final = Profile(
    name="kyiv", signature=frozenset({"вид укриття", "тип укриття", "режим роботи"}),
    columns=_KYIV_COLUMNS, zone="Europe/Kyiv", box=_UKRAINE, area="UA-30",
    fit=_AIR_RAID, hours_admit=True,
    source="Kyiv City State Administration, open data",
)  # fmt: skip
_KYIV_LAYER: Final = Profile(
    name="kyiv-layer", signature=frozenset({"working_time", "invalid", "kind"}),
    columns={**_KYIV_COLUMNS, "id": ("guid", "objectid")}, zone="Europe/Kyiv", box=_UKRAINE,
    area="UA-30", fit=_AIR_RAID, hours_admit=True,
    source="Kyiv City State Administration, city map",
)  # fmt: skip
_DSNS: Final = Profile(
    name="dsns", signature=frozenset({"shyrota", "dovhota"}),
    columns={
        "id": ("id", "oblikovyynomer"),
        "name": ("naimenuvanniamistsiadliaukryttia", "imya", "vydsporudy", "typsporudy"),
        "kind": _names("vidnosnerozmishchennya|funktsionalnepryznachennya|vydsporudy|typsporudy"),
        "access": ("bezpereshkodnyydostup",),
        "network": ("nayavnizasobyzvyazku",),
    },
    joined=("nazvanaselenohopunktu", "nazvavulytsi", "inshirekvizytyadresy"),
    zone="Europe/Kyiv", box=_UKRAINE, area="UA", fit=_AIR_RAID,
    source="State Emergency Service of Ukraine, register of civil-protection structures",
)  # fmt: skip
_TEL_AVIV: Final = Profile(
    name="tel-aviv", signature=frozenset({"ms_miklat", "t_sug"}),
    columns={
        "id": ("uniqueid", "oid_mitkan", "ms_miklat"), "name": ("shem", "t_sug"),
        "kind": ("t_sug",), "access": ("t_sug",), "address": ("full_address",),
        "step_free": ("miklat_mungash",), "hours": ("opening_times",), "note": ("hearot",),
    },
    zone="Asia/Jerusalem", box=_ISRAEL, fit=_AIR_RAID, source="Tel Aviv-Yafo Municipality, GIS",
)  # fmt: skip
_JERUSALEM: Final = Profile(
    name="jerusalem", signature=frozenset({"sheltertype", "alertzone"}),
    columns={"kind": ("sheltertype",), "access": ("sheltertype",), "id": ("slug", "id")},
    zone="Asia/Jerusalem", box=_ISRAEL, fit=_AIR_RAID, source="Jerusalem Municipality, open data",
    licence="ODbL-1.0",
)  # fmt: skip
_JERUSALEM_CKAN: Final = Profile(
    name="jerusalem-ckan", signature=frozenset({"x-axis coordinates", "y axis coordinates"}),
    columns={
        # Its columns are named the wrong way round: "X" holds latitudes (31.8), "Y" longitudes.
        "lat": ("x-axis coordinates",), "lon": ("y axis coordinates",),
        "id": ("shleter number", "shelter number", "_id"), "kind": ("category", "type"),
        "access": ("category", "type"), "address": ("address", "address for the map"),
    },
    zone="Asia/Jerusalem", box=_ISRAEL, fit=_AIR_RAID, source="Jerusalem Municipality, open data",
    licence="ODbL-1.0",
)  # fmt: skip
_GSI: Final = Profile(
    name="gsi", signature=frozenset({"施設・場所名", "緯度", "経度"}),
    columns={"id": ("共通id", "no"), "kind": ()},
    hazards={folded(column): hazard for column, hazard in HAZARDS.items()},
    zone="Asia/Tokyo", box=_JAPAN, access=Access.PUBLIC, source="国土地理院 (GSI of Japan)",
    licence="GSI terms of use (attribution)",
)  # fmt: skip
_NARUTO: Final = Profile(
    name="naruto", signature=frozenset({"disastertypes", "regionname"}),
    columns={"kind": (), "access": ("type",)},
    zone="Asia/Tokyo", box=_JAPAN, source="国土地理院 (GSI of Japan)",
    licence="GSI terms of use (attribution)",
)  # fmt: skip
GENERAL: Final = Profile(name="general")

KNOWN: Final = (_GSI, _DSNS, _TEL_AVIV, _KYIV_LAYER, _KYIV, _JERUSALEM, _JERUSALEM_CKAN, _NARUTO)


def recognise(columns: Iterable[str]) -> Profile:
    """Choose the profile of a register by its folded columns."""
    present = frozenset(columns)
    return next((known for known in KNOWN if known.signature <= present), GENERAL)


def named(name: str) -> Profile | None:
    """Find a profile by its name."""
    return next((known for known in KNOWN if known.name == name), None)


def columns_of(profile: Profile, field_name: str) -> tuple[str, ...]:
    """Name the columns that may hold a field, in the order in which they are asked."""
    return profile.columns.get(field_name, _GENERAL.get(field_name, ()))


def fields() -> frozenset[str]:
    """Name all fields that a column may be mapped to."""
    return frozenset(_GENERAL)
