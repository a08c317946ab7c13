"""
What the verbs of `tocsin shelters` say: key, Ukrainian, English.

Unknown is never called open here, and nothing promises that anywhere is safe. Words that the
pages say too are in `tocsin.web.shelter_phrases`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHELTERS_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # Walking networks.
    "network.made": ("Записано {path}: {mb} МБ.", "Wrote {path}: {mb} MB."),
    "network.counts": (
        "Точок {nodes}, відрізків {edges}, разом {km} км.",
        "{nodes} nodes, {edges} stretches, {km} km in all.",
    ),
    "network.parts": (
        "Частин {parts}; у найбільшій {share} % точок. З однієї в іншу пішки не пройти.",
        "{parts} parts; {share} % of nodes in the largest. From one to another there is no way.",
    ),
    "network.barriers": (
        "Відрізків води й інших перешкод: {n}.",
        "{n} stretches of water and other barriers.",
    ),
    "network.private": ("Без приватних вулиць і стежок: {n}.", "Left out {n} private ways."),
    "network.locked": (
        "Без відрізків до замкнених воріт: {n}.",
        "Left out {n} stretches that end at a locked gate.",
    ),
    "network.missing": (
        "Без відрізків, точок яких у файлі немає: {n}.",
        "Left out {n} stretches whose nodes are not in the file.",
    ),
    "network.loops": ("Без відрізків у саму себе: {n}.", "Left out {n} stretches to themselves."),
    "network.doubled": (
        "Повторів, з яких лишився коротший: {n}.",
        "{n} stretches came twice; the shorter one stays.",
    ),
    "network.lengthened": (
        "Відрізків, коротших за пряму; їх подовжено: {n}.",
        "{n} stretches were shorter than the straight line, and are as long as it now.",
    ),
    "network.about": (
        "Ліцензія {licence}. Джерело: {whose}.",
        "Licence {licence}. Source: {whose}.",
    ),
    "network.how_to_use": (
        "Щоб узяти її: --network {path} або налаштування walking.",
        "To use it: --network {path}, or the setting walking.",
    ),
    "network.not_stated": (
        "Ніхто не сказав, чиї це дані: додайте --licence та --attribution.",
        "Nobody has said whose data this is: add --licence and --attribution.",
    ),
    "shelters.which_point": (
        "Назвіть точку один раз: ШИРОТА,ДОВГОТА або --lat і --lon.",
        "Name the point once: LAT,LON, or --lat and --lon.",
    ),
    "shelters.no_point": ("Це не ШИРОТА,ДОВГОТА.", "This is not LAT,LON."),
    "shelters.at_needs_db": (
        "Минулу мить видно лише в записі: додайте --db.",
        "Only a ledger tells of another moment: add --db.",
    ),
    "shelters.else": ("{first}; інакше {name}, {minutes}.", "{first}; else {name}, {minutes}."),
    "shelters.only": ("{first}.", "{first}. No other is known near here."),
    "shelters.none": (
        "Поруч не знаємо жодного укриття. Сховайтеся там, де ви є: дві стіни від вулиці.",
        "We know of no shelter near here. Take cover where you are: two walls from the street.",
    ),
    "shelters.no_way": (
        "Пішки звідси до жодного відомого укриття. Сховайтеся там, де ви є.",
        "No way on foot from here to a shelter that we know. Take cover where you are.",
    ),
    "shelters.cover_now": (
        "До жодного не дійти за {seconds} с: сховайтеся зараз у найближчому місці.",
        "None can be reached in {seconds} s: take the nearest cover now.",
    ),
    "shelters.straight": (
        "Відстані по прямій; вулицями довше.",
        "Distances are straight lines; by streets it is farther.",
    ),
    "shelters.will.Actual.open": (
        "Людям буде сказано, що укриття {id} ВІДЧИНЕНО.",
        "People will be told that the shelter {id} is OPEN.",
    ),
    "shelters.will.Actual.closed": (
        "Людям буде сказано, що укриття {id} ЗАЧИНЕНО.",
        "People will be told that the shelter {id} is CLOSED.",
    ),
    "shelters.will.Exercise.open": (
        "НАВЧАННЯ: укриття {id} ніби відчинено. Людям не скажуть нічого.",
        "EXERCISE: the shelter {id} as if open. People will be told nothing.",
    ),
    "shelters.will.Exercise.closed": (
        "НАВЧАННЯ: укриття {id} ніби зачинено. Людям не скажуть нічого.",
        "EXERCISE: the shelter {id} as if closed. People will be told nothing.",
    ),
    "shelters.will.Test.open": (
        "ПЕРЕВІРКА: укриття {id} ніби відчинено. Людям не скажуть нічого.",
        "TEST: the shelter {id} as if open. People will be told nothing.",
    ),
    "shelters.will.Test.closed": (
        "ПЕРЕВІРКА: укриття {id} ніби зачинено. Людям не скажуть нічого.",
        "TEST: the shelter {id} as if closed. People will be told nothing.",
    ),
    "shelters.done.open": ("Записано: {id} відчинено.", "Recorded: {id} is open."),
    "shelters.done.closed": ("Записано: {id} зачинено.", "Recorded: {id} is closed."),
    "shelters.until": ("Чинне до {time}", "Holds until {time}"),
    "shelters.reports": (
        "Телефонів, що знайшли зачиненим: {n}",
        "Phones that found it closed: {n}",
    ),
    "shelters.inside": ("Усередині: {n}", "Inside: {n}"),
    "shelters.none_listed": ("Таких укриттів у списках немає.", "No such shelter is listed."),
    "shelters.not_shown": ("людям не показано", "not shown to the public"),
    "shelters.not_located": ("місце ще не вказано", "not located yet"),
}
