"""Help of the verbs that bring registers of shelters in, as `manual` has it for all others."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REGISTERS_MANUAL: Final[Mapping[str, tuple[str, str]]] = {
    "shelters.import": (
        (
            "Взяти реєстр укриттів із файлу або з файлів-сторінок, зі звітом.\n"
            "Якщо файл хибний загалом, нічого не взято; попереднє видання замінено."
        ),
        (
            "Import a register of shelters from a file, or from files that are its pages.\n"
            "Nothing is imported where the file as a whole is wrong; it replaces the last edition."
        ),
    ),
    "shelters.locate": (
        "Вказати, де двері укриття; переживе наступні видання реєстру.",
        "Say where a shelter's doors are; it outlives editions of the register.",
    ),
    "o.register_files": (
        "Реєстр: CSV, GeoJSON, ArcGIS, CKAN, ДСНС; кілька файлів — його сторінки.",
        "The register: CSV, GeoJSON, ArcGIS, CKAN, State Emergency Service; several are its pages.",
    ),
    "o.register": (
        "Назва реєстру, a–z, 0–9 і дефіс; звичайно з назви файлу.",
        "Name of the register, a–z, 0–9 and hyphens; from the file's name otherwise.",
    ),
    "o.register_source": ("Кого назвати джерелом.", "Whom to name for it."),
    "o.register_licence": (
        "На яких умовах; якщо ніхто не каже, так і записано.",
        "Under what terms; where nobody says, that is recorded.",
    ),
    "o.register_retrieved": (
        "Коли файл отримано, RFC 3339; звичайно час файлу.",
        "When the file was fetched, RFC 3339; otherwise the file's time.",
    ),
    "o.register_format": (
        "geojson, arcgis, ckan, dsns, json, csv, gsi або kyiv; звичайно видно зі змісту.",
        "geojson, arcgis, ckan, dsns, json, csv, gsi or kyiv; otherwise seen from the content.",
    ),
    "o.mapping": (
        "Що є що в невідомому реєстрі: TOML або JSON.",
        "What is what in a register that is not known: TOML or JSON.",
    ),
    "o.coordinates": (
        "CSV з координатами для адрес (id, row або address; lat; lon).",
        "CSV with coordinates for its addresses (id, row or address; lat; lon).",
    ),
    "o.bbox": (
        "Де він лежить: ЗАХІД,ПІВДЕНЬ,СХІД,ПІВНІЧ у градусах.",
        "Where it lies: WEST,SOUTH,EAST,NORTH in degrees.",
    ),
    "o.register_area": (
        "Територія, до якої він належить: код або назва.",
        "The area that it belongs to: a code or a name.",
    ),
    "o.fewer": (
        "Узяти, хоч укриттів значно менше, ніж було.",
        "Import it although it has far fewer shelters than are listed.",
    ),
    "o.dry_run": ("Лише звіт; нічого не записати.", "Only the report; record nothing."),
    "o.doors": (
        "Двері: ШИРОТА,ДОВГОТА; кілька, якщо дверей кілька.",
        "Its doors: LAT,LON, one for each.",
    ),
    "o.door_step_free": (
        "Чи до цих дверей без сходинок: yes або no.",
        "Whether there is a way in without steps: yes or no.",
    ),
    "o.seen": (
        "Хтось стояв біля цих дверей зараз.",
        "Somebody stood at these doors now.",
    ),
}
