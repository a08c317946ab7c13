"""
Compile Ukraine's tree of areas and its outlines into the pack that ships with the package.

    python scripts/compile_areas.py SHARED/data

Reads the code lists and boundaries of the shared data, the two tables beside this file
(`area_names_en.csv`, `renamed_communities.csv`), and writes `src/tocsin/areas/data/UA.areas`.
Nothing is guessed: a community that two sources name differently stops the compilation.
"""

from __future__ import annotations

import csv
import gzip
import json
import sys
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

from tocsin.areas import grid, pack, rings
from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer, tree_section
from tocsin.areas.names import fold, latin, loose
from tocsin.kernel.ids import AreaCode

HERE = Path(__file__).parent
TARGET = HERE.parent / "src/tocsin/areas/data/UA.areas"

ROOT = AreaCode("UA")
# Their communities have codes, but no public alert interface knows them.
WITHOUT_COMMUNITIES = ("UA01", "UA85")
ISO_BY_PREFIX = {"01": "43", "44": "09", "73": "77", "80": "30", "85": "40"}
# One code, two numbers: alerts.in.ua says 29, api.ukrainealarm.com says 9999.
FURTHER_CODES = {"9999": AreaCode("UA01000000000013043")}
ALIASES = {
    "UA": ("Україна", "Ukraine"),
    "UA01000000000013043": ("АР Крим", "Крим", "Crimea", "AR Crimea", "ARC", "АРК"),
    "UA32000000000030281": ("Kiev Oblast",),
    "UA07020000000048211": ("Volodymyr-Volynskyi Raion",),
    "UA12100000000039307": ("Novomoskovsk Raion",),
    "UA18080000000016657": ("Novohrad-Volynskyi Raion",),
    "UA44120000000092852": ("Sievierodonetsk Raion",),
    "UA46120000000057093": ("Chervonohrad Raion",),
    "UA63060000000053698": ("Krasnohrad Raion",),
    "UA80000000000093317": ("Kyiv City", "Kiev", "Kiev City", "місто Київ"),
    "UA85000000000065278": ("Sevastopol City", "місто Севастополь"),
}
TYPE_UK = {"M": "міська", "X": "селищна", "C": "сільська"}
TYPE_EN = {"M": "Urban", "X": "Settlement", "C": "Rural"}
EXPECTED = {0: 1, 1: 27, 2: 136, 3: 1469}


@dataclass
class Names:
    """What an area is called while the tree is being put together."""

    uk: str
    en: str
    aliases: list[str] = field(default_factory=list)
    shared: list[str] = field(default_factory=list)


@dataclass
class Sources:
    """The code lists, read once."""

    codifier: dict[str, dict[str, str]]
    centre: dict[str, dict[str, str]]
    crosswalk: dict[str, dict[str, str]]
    english: dict[str, str]
    old_centre: dict[str, str]


def read_sources(data: Path) -> Sources:
    """Read the code lists; every community of the crosswalk has its code afterwards."""
    regions = data / "regions"
    with gzip.open(regions / "katottg_codifier.csv.gz", "rt", encoding="utf-8") as file:
        codifier = {row["code"]: row for row in csv.DictReader(file)}
    centre = {
        row["level3"]: row
        for row in codifier.values()
        if row["category"] in TYPE_UK and row["code"][9:12] == "001"
    }
    rows = _table(regions / "region_crosswalk.csv")
    by_uid = {row["uid"]: row for row in rows}
    taken = {row["katottg"] for row in rows if row["katottg"]}
    renamed = _table(HERE / "renamed_communities.csv")
    for row in renamed:
        known, target = by_uid[row["uid"]], codifier[row["katottg"]]
        _require(known["katottg"] == "", f"{row['uid']} has a code already")
        _require(known["name_uk_api"] == row["old_name_uk"], f"{row['uid']}: other old name")
        _require(target["name_uk"] == row["new_name_uk"], f"{row['uid']}: other new name")
        _require(row["katottg"] not in taken, f"{row['katottg']} is taken")
        raion = by_uid[known["parent_uid"]]["katottg"]
        _require(target["level2"] == raion, f"{row['uid']}: another raion")
        known["katottg"] = row["katottg"]
        taken.add(row["katottg"])
    _require(all(row["katottg"] for row in rows), "a region has no code")
    english = {row["code"]: row["name_en"] for row in _table(HERE / "area_names_en.csv")}
    old_centre = {row["katottg"]: row["old_centre_uk"] for row in renamed}
    return Sources(codifier, centre, {row["katottg"]: row for row in rows}, english, old_centre)


def build(sources: Sources) -> Gazetteer:
    """Put the tree together: the root, then each first-level unit with all that lies in it."""
    chosen = [row for row in sources.codifier.values() if _belongs(row)]
    names = {row["code"]: _names(row, sources) for row in chosen}
    _tell_siblings_apart(chosen, names, sources)
    _require(ALIASES.keys() <= names.keys() | {ROOT}, "an alias for an unknown code")
    areas = [Area(ROOT, 0, {"uk": "Україна", "en": "Ukraine"}, None)]
    areas += [_area(row, names[row["code"]], sources) for row in sorted(chosen, key=_order)]
    counted = Counter(area.level for area in areas)
    _require(counted == EXPECTED, f"{counted} areas, expected {EXPECTED}")
    return Gazetteer(
        areas,
        codes=FURTHER_CODES,
        aliases={AreaCode(code): tuple(n.aliases) for code, n in names.items() if n.aliases},
        shared={AreaCode(code): tuple(n.shared) for code, n in names.items() if n.shared},
    )


def outlines(gazetteer: Gazetteer, folder: Path, detail: str, scale: int) -> rings.Rings:
    """Read the outlines of both levels at one detail, in the order of the tree."""
    found: dict[str, tuple[rings.Ring, ...]] = {}
    for level in (1, 2):
        text = (folder / f"ua_admin{level}_{detail}.geojson").read_text(encoding="utf-8")
        for feature in json.loads(text)["features"]:
            said = feature["properties"]
            area = gazetteer.get(said.get("katottg") or said["iso3166_2"])
            shape = feature["geometry"]
            parts = shape["coordinates"]
            parts = parts if shape["type"] == "MultiPolygon" else [parts]
            found[area.code] = tuple(
                tuple((round(lon * scale), round(lat * scale)) for lon, lat in ring[:-1])
                for part in parts
                for ring in part
            )
    drawn = {area.code for area in gazetteer if area.level in (1, 2)}
    _require(drawn == found.keys(), "the outlines are not those of the two upper levels")
    return rings.Rings(scale, {a.code: found[a.code] for a in gazetteer if a.code in found})


def _belongs(row: dict[str, str]) -> bool:
    if row["category"] == "H":
        return not row["code"].startswith(WITHOUT_COMMUNITIES)
    return row["category"] in "OKP"


def _order(row: dict[str, str]) -> tuple[str, str, str]:
    return (row["level1"], row["level2"], row["level3"])


def _area(row: dict[str, str], names: Names, sources: Sources) -> Area:
    code = AreaCode(row["code"])
    uid = sources.crosswalk.get(code, {}).get("uid")
    level = {"O": 1, "K": 1, "P": 2, "H": 3}[row["category"]]
    parent = (ROOT, AreaCode(row["level1"]), AreaCode(row["level2"]))[level - 1]
    iso = f"UA-{ISO_BY_PREFIX.get(code[2:4], code[2:4])}" if level == 1 else None
    said = sources.crosswalk.get(code, {}).get("iso3166_2")
    _require(level != 1 or said == iso, f"{code}: {said} is not {iso}")
    name = {"uk": names.uk, "en": names.en}
    return Area(code, level, name, parent, iso, int(uid) if uid else None)


def _names(row: dict[str, str], sources: Sources) -> Names:
    code, bare = row["code"], row["name_uk"]
    crossed = sources.crosswalk.get(code, {})
    osm = crossed.get("name_en_osm", "")
    match row["category"]:
        case "O":
            names = Names(bare if " " in bare else f"{bare} область", osm)
        case "K":
            names = Names(bare, osm)
        case "P":
            names = Names(f"{bare} район", osm)
        case _:
            centre = sources.centre[code]["name_uk"]
            names = Names(f"{bare} територіальна громада", f"{_latin(centre)} Hromada")
            # As "NAME hromada", so that a village never hides the city of the same name.
            centres = [centre, *filter(None, [sources.old_centre.get(code)])]
            names.aliases += [f"{name} громада" for name in centres]
    names.en = sources.english.get(code, names.en)
    _require(bool(names.uk and names.en), f"{code} has no English name")
    names.aliases += [*ALIASES.get(code, ()), crossed.get("name_uk_api", "")]
    names.aliases = [n for n in dict.fromkeys(names.aliases) if n not in ("", names.uk, names.en)]
    # A mere other spelling adds nothing, and would come before the areas spelled otherwise.
    known = {loose(fold(name).core) for name in (names.uk, names.en, *names.aliases)}
    names.aliases += [osm] if loose(fold(osm).core) not in known | {""} else []
    return names


def _tell_siblings_apart(
    chosen: list[dict[str, str]], names: dict[str, Names], sources: Sources
) -> None:
    """Give siblings of one name their type; the name they share stays findable for both."""
    for language in ("uk", "en"):
        seen: dict[tuple[str, str], list[str]] = {}
        for row in chosen:
            key = (row["level2"] or row["level1"], getattr(names[row["code"]], language))
            seen.setdefault(key, []).append(row["code"])
        for (_, common), codes in seen.items():
            for code in codes if len(codes) > 1 else ():
                kind = sources.centre[code]["category"]
                if language == "uk":
                    typed = common.replace(" територіальна", f" {TYPE_UK[kind]} територіальна")
                else:
                    typed = common.replace(" Hromada", f" {TYPE_EN[kind]} Hromada")
                setattr(names[code], language, typed)
                names[code].shared.append(common)


def _latin(name: str) -> str:
    """Transliterate a settlement's name, each word and part of a word with a capital."""
    words = name.replace("’", "").replace("-", " - ").split()
    spelled = " ".join(latin(word.casefold()).capitalize() for word in words)
    return spelled.replace(" - ", "-")


def _table(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _require(holds: object, otherwise: str) -> None:
    if not holds:
        raise SystemExit(f"compile_areas: {otherwise}")


def main() -> None:
    """Compile, and say what was written."""
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    data = Path(sys.argv[1])
    gazetteer = build(read_sources(data))
    fine = outlines(gazetteer, data / "boundaries", "simplified", 10_000)
    drawn = [gazetteer.get(code) for code in fine.areas]
    # Oblasts are dissolved from their raions, so a point that no raion holds lies in no oblast.
    asked = sorted(drawn, key=lambda area: -area.level)
    laid = grid.lay(
        [() if gazetteer.children(a.code) and a.level == 1 else fine.areas[a.code] for a in asked]
    )
    sections = {
        "tree": tree_section(gazetteer, FURTHER_CODES),
        "outlines": rings.encode(fine),
        "coarse": rings.encode(outlines(gazetteer, data / "boundaries", "coarse", 1000)),
        "grid": grid.encode(laid),
    }
    pack.write(TARGET, sections)
    print(f"{TARGET.name}: {len(gazetteer)} areas, {TARGET.stat().st_size} bytes")


if __name__ == "__main__":
    main()
