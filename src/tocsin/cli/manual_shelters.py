"""Help of `tocsin shelters`, as `manual` has it for all other verbs: in Ukrainian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHELTERS_MANUAL: Final[Mapping[str, tuple[str, str]]] = {
    "shelters": (
        "Де сховатися: укриття, дорога до них, чи відчинені, чи вистачить місця.",
        "Where to take shelter: shelters, the way there, whether open, whether there is room.",
    ),
    "shelters.nearest": (
        "Найближчі укриття, відчинені й придатні, з дорогою до них.\nБез --db питає сервер.",
        "Nearest shelters, open and fit, with the way there.\nWithout --db it asks a server.",
    ),
    "shelters.open": (
        "Сказати, що укриття відчинено, через HTTP.\nСтатус назвіть самі.",
        "Say that a shelter is open, over HTTP.\nStatus has no default.",
    ),
    "shelters.close": (
        "Сказати, що укриття зачинено, через HTTP.\nСтатус назвіть самі.",
        "Say that a shelter is closed, over HTTP.\nStatus has no default.",
    ),
    "shelters.status": (
        "Що сказано про одне укриття. З токеном ще й скільки людей усередині.",
        "How one shelter is said to be. With a token also how many are inside.",
    ),
    "shelters.list": (
        "Укриття із запису, без того, чи вони відчинені.",
        "The shelters of a ledger, without whether they are open.",
    ),
    "shelters.network": (
        "Зробити пішохідну мережу з файла OpenStreetMap або з таблиць точок і вулиць.",
        "Make a walking network from a file of OpenStreetMap, or tables of nodes and stretches.",
    ),
    # Options.
    "o.streets": (
        "Файл OpenStreetMap (.osm.pbf, .osm, .osm.gz) або таблиці CSV, CSV.gz.",
        "A file of OpenStreetMap (.osm.pbf, .osm, .osm.gz), or tables, CSV or CSV.gz.",
    ),
    "o.network_to": ("Файл мережі, що його зробити.", "The network file to make."),
    "o.licence": (
        "Ліцензія даних, якщо файл її не каже.",
        "Licence of the data, where the file does not say.",
    ),
    "o.attribution": (
        "Рядок про джерело, який показують поруч із мапою.",
        "The line about the source that is shown beside every map.",
    ),
    "o.invented": ("Такого міста немає.", "There is no such city."),
    "o.point": ("Звідки: широта й довгота в градусах.", "From where: latitude, longitude."),
    "o.lat": ("Широта окремо, разом із --lon.", "Latitude alone, with --lon."),
    "o.lon": ("Довгота окремо, разом із --lat.", "Longitude alone, with --lat."),
    "o.network": (
        "Пішохідна мережа (tocsin shelters network); без неї — відстані по прямій.",
        "A walking network (tocsin shelters network); straight lines without one.",
    ),
    "o.k": ("Скільки укриттів.", "How many shelters."),
    "o.step_free": ("Лише без сходинок, у дорозі теж.", "Only without steps, also on the way."),
    "o.pets": ("Лише куди пускають із твариною.", "Only where a pet may come in."),
    "o.pace": (
        "Як ідете: walk (4,8 км/год), slow (3 км/год) або wheels (без сходинок).",
        "How you go: walk (4.8 km/h), slow (3 km/h) or wheels (no steps).",
    ),
    "o.shelter": ("Номер укриття, наприклад kyiv.17.", "The shelter's id, for instance kyiv.17."),
    "o.until": (
        "Доки це чинне, RFC 3339; звичайно — скільки важить слово того, хто каже.",
        "Until when that holds, RFC 3339; otherwise as long as the speaker's word lasts.",
    ),
    "o.token_reads": (
        "Токен, з яким видно, скільки людей усередині.",
        "A token that lets you see how many are inside.",
    ),
    "o.in_area": (
        "Лише на цій території: код або назва.",
        "Only in this area: a code or a name.",
    ),
    "o.q": ("Частина назви чи адреси.", "A part of the name or the address."),
    "o.all_shelters": (
        "Також ті, яких не показують людям.",
        "Also those that the public is not shown.",
    ),
    # A whole city.
    "shelters.coverage": (
        "Скільки людей дійде до відчиненого укриття вчасно і де живуть решта.\nТакож: що, якщо.",
        "How many people reach an open shelter in time, and where the others live.\nAlso what if.",
    ),
    "shelters.assign": (
        "Хто куди йде, щоб жодне укриття не отримало більше людей, ніж уміщає.",
        "Who goes where, so that no shelter gets more people than it holds.",
    ),
    "o.ways": (
        "Пішохідна мережа міста (tocsin shelters network).",
        "The city's walking network (tocsin shelters network).",
    ),
    "o.people": (
        "Таблиця CSV: lat, lon, people; за бажанням area.",
        "A CSV table: lat, lon, people; area if you like.",
    ),
    "o.closed": (
        "Укриття, які вважати зачиненими.",
        "Shelters to be taken for closed.",
    ),
    "o.unknown": (
        "Рахувати й укриття, про які ніхто не сказав, чи вони відчинені.",
        "Reckon also with shelters of which nobody has said whether they are open.",
    ),
    "o.minutes": ("За скільки хвилин, до 120.", "Within how many minutes, up to 120."),
    "o.bridge": (
        "Міст, якого нема: точка не далі 100 м від його кінця.",
        "A bridge that is down: a point within 100 m of one of its ends.",
    ),
    "o.dark": (
        "Групи без світла; all — усі. Без генератора укриття зачинене.",
        "Groups without power; all: every one. Without a generator a shelter is closed.",
    ),
    "o.gaps": ("Скільки прогалин показати.", "How many gaps to show."),
    "o.sites": (
        "Скільки місць назвати, де нове укриття допомогло б найбільше.",
        "How many places to name where a new shelter would help most.",
    ),
    "o.assumed": (
        "Скільки людей уміщає укриття, про яке це невідомо; звичайно — жодної.",
        "How many a shelter holds of which that is not known; otherwise none.",
    ),
    "o.exact": (
        "Точно, а не клітинками по 200 м; до хвилини.",
        "Exactly, not in cells of 200 m; up to a minute.",
    ),
    "o.plan_to": (
        "Куди записати план, CSV: рядок на перехрестя й укриття.",
        "Where to write the plan, CSV: a line for each crossing and shelter.",
    ),
}
