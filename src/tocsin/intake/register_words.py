"""
The words of registers and what they mean: yes and no, kinds, who may enter, hazards.

Only what is listed here, or in a mapping file, is understood; anything else is unknown and told
in the report. Nothing is ranked by likeness. A word is looked up whole, then by the beginnings
that are listed, the longer first.

Source: the registers themselves, as docs/reference/registers.md names them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from tocsin.intake.register_text import folded
from tocsin.shelters.messages import Access, Kind, Said

_YES: Final = (
    "yes", "true", "y", "1", "1.0", "так", "є", "в наявності", "наявний", "наявна", "наявне",
    "наявні", "wlan", "wi-fi", "інтернет",
    "обладнано", "обладнаний", "обладнана", "обладнане", "доступно", "доступний", "доступна",
    "забезпечено", "забезпечений", "забезпечена", "справна", "справний", "в робочому стані",
    "כן", "נגיש", "יש", "有", "あり", "可", "○", "◯", "〇", "●", "◎",
    "oui", "ja", "si", "sí", "designated", "full",
)  # fmt: skip
_NO: Final = (
    "no", "false", "n", "0", "0.0", "ні", "немає", "відсутній", "відсутня", "відсутнє",
    "відсутні",
    "не обладнано", "не доступно", "недоступно", "недоступний", "несправна", "несправний",
    "не забезпечено", "לא", "אין", "לא נגיש", "無", "なし", "不可", "×", "non", "nein",
)  # fmt: skip
_SAID: Final[Mapping[str, Said]] = {
    **dict.fromkeys(_YES, Said.YES),
    **dict.fromkeys(_NO, Said.NO),
}

_KINDS: Final[Mapping[str, Kind]] = {
    **{str(kind): kind for kind in Kind if kind is not Kind.UNKNOWN},
    "підвал": Kind.BASEMENT,
    "цокольн": Kind.BASEMENT,
    "напівпідвал": Kind.BASEMENT,
    "підземний паркінг": Kind.PARKING,
    "паркінг": Kind.PARKING,
    "автостоянка": Kind.PARKING,
    "підземний перехід": Kind.UNDERPASS,
    "вхід в станцію метро": Kind.METRO,
    "вхід до станції метро": Kind.METRO,
    "станція метро": Kind.METRO,
    "метрополітен": Kind.METRO,
    "споруди подвійного призначення": Kind.DUAL_USE,
    "споруда подвійного призначення": Kind.DUAL_USE,
    "подвійного призначення": Kind.DUAL_USE,
    "сховище": Kind.DEDICATED,
    "протирадіаційне укриття": Kind.DEDICATED,
    "первинне (мобільне) укриття": Kind.MOBILE,
    "мобільне укриття": Kind.MOBILE,
    "public shelter": Kind.DEDICATED,
    "school shelter": Kind.DUAL_USE,
    "protected parking": Kind.PARKING,
    "residential protected parking": Kind.PARKING,
    "protected underground parking": Kind.PARKING,
    "מקלט ציבורי": Kind.DEDICATED,
    "מקלט בשטח בית ספר": Kind.DUAL_USE,
    "מקלט בבית ספר": Kind.DUAL_USE,
    "חניון מחסה לציבור": Kind.PARKING,
    "חניון": Kind.PARKING,
    "חדר מדרגות מוגן": Kind.HOUSEHOLD,
    "מיגונית": Kind.MOBILE,
    "subway": Kind.METRO,
    "metro station": Kind.METRO,
    "subway station": Kind.METRO,
    "subway_entrance": Kind.METRO,
    "underground parking": Kind.PARKING,
    "car park": Kind.PARKING,
    "pedestrian underpass": Kind.UNDERPASS,
    "cellar": Kind.BASEMENT,
    "bunker": Kind.DEDICATED,
    "bomb shelter": Kind.DEDICATED,
}
_KIND_STARTS: Final = (
    "підвал", "цокольн", "напівпідвал", "підземний паркінг", "підземний перехід", "станція метро",
    "вхід в станцію метро", "вхід до станції метро", "споруди подвійного призначення",
    "מקלט ציבורי",
    "споруда подвійного призначення", "протирадіаційне укриття", "мобільне укриття",
    "підземні автопарк",
)  # fmt: skip

_ACCESS: Final[Mapping[str, Access]] = {
    **{str(access): access for access in Access if access is not Access.UNKNOWN},
    "public shelter": Access.PUBLIC,
    "מקלט ציבורי": Access.PUBLIC,
    "מקלט ציבורי נגיש": Access.PUBLIC,
    "חניון מחסה לציבור": Access.PUBLIC,
    "school shelter": Access.UNKNOWN,
    "protected parking": Access.UNKNOWN,
    "residential protected parking": Access.UNKNOWN,
    "両方": Access.PUBLIC,
    "指定緊急避難場所": Access.PUBLIC,
    "緊急避難場所": Access.PUBLIC,
    "指定避難所": Access.ON_ORDER,
    "避難所": Access.ON_ORDER,
    "для населення": Access.PUBLIC,
    "загальнодоступне": Access.PUBLIC,
    "everyone": Access.PUBLIC,
    "customers": Access.UNKNOWN,
    "permissive": Access.PUBLIC,
    "private": Access.RESIDENTS,
    "мешканці": Access.RESIDENTS,
    "residents only": Access.RESIDENTS,
    "on order": Access.ON_ORDER,
}

HAZARDS: Final[Mapping[str, str]] = {
    "洪水": "flood",
    "崖崩れ、土石流及び地滑り": "landslide",
    "崖崩れ・土石流及び地滑り": "landslide",
    "土砂災害": "landslide",
    "高潮": "storm_surge",
    "地震": "earthquake",
    "津波": "tsunami",
    "大規模な火事": "fire",
    "大規模火事": "fire",
    "火災": "fire",
    "内水氾濫": "inland_flood",
    "火山現象": "volcano",
}  # fmt: skip
"""Japan's eight kinds of disaster, as its registers of places to flee to name them."""

_STEP_FREE_KINDS: Final = ("з пандусом", "נגיש", "with ramp")


def said(value: object, more: Mapping[str, Said] | None = None) -> Said | None:
    """Read yes or no; None where the value says something else."""
    key = folded(value)
    return (more or {}).get(key) or _SAID.get(key)


def kind(value: object, more: Mapping[str, Kind] | None = None) -> Kind | None:
    """Read what a shelter is built as; None for a word that is not known."""
    key = folded(value)
    found = (more or {}).get(key) or _KINDS.get(key)
    if found is None:
        start = next((s for s in _KIND_STARTS if key.startswith(s)), None)
        found = _KINDS.get(start, Kind.PARKING) if start else None
    return found


def access(value: object, more: Mapping[str, Access] | None = None) -> Access | None:
    """Read whom a shelter lets in; None for a word that is not known."""
    key = folded(value)
    return (more or {}).get(key) or _ACCESS.get(key)


def hazards(value: object) -> tuple[list[str], list[str]]:
    """Read a list of hazards, or a text that names several: those known, and the strange ones."""
    parts: Iterable[object] = value if isinstance(value, list) else _split(value)
    known, strange = list[str](), list[str]()
    for part in list(parts)[:64]:
        key = folded(part)
        name = HAZARDS.get(key) or (key if key in _OUR_HAZARDS else None)
        if name is not None:
            known.append(name)
        elif key:
            strange.append(key)
    return known, strange


def step_free_by_kind(value: object) -> bool:
    """Say whether a kind is written with its ramp: "Підземний паркінг з пандусом"."""
    key = folded(value)
    return any(words in key for words in _STEP_FREE_KINDS) and "לא נגיש" not in key


_OUR_HAZARDS: Final = frozenset(
    ["air_raid", "artillery", "chemical", "nuclear", "storm", *HAZARDS.values()]
)


def _split(value: object) -> list[str]:
    text = folded(value)
    return [part.strip() for part in text.replace(";", ",").split(",")] if text else []
