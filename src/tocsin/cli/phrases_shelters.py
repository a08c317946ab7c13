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
    # A whole city.
    "city.placing": ("Люди на вулицях…", "People onto streets…"),
    "city.walking": ("Вулицями до укриттів…", "By streets to shelters…"),
    "city.planning": ("План…", "The plan…"),
    "city.bad_minutes": ("Хвилини: цілі числа від 1 до 120.", "Minutes: whole, 1 to 120."),
    "city.invented": ("Це вигадане місто.", "This city is invented."),
    "city.shelters": (
        "Укриттів {listed}, відчинених {open}.",
        "{listed} shelters, {open} of them open.",
    ),
    "city.reckoned": (
        "Укриттів {listed}; за відчинені рахуємо {open}.",
        "{listed} shelters, {open} of them reckoned with as open.",
    ),
    "city.unknown": (
        "Про {n} ніхто не сказав, чи вони відчинені.",
        "Of {n} nobody has said whether they are open.",
    ),
    "city.apart": (
        "До {n} відчинених мережею не дійти.",
        "To {n} of the open ones no street of the network leads.",
    ),
    "city.whole": ("Усе місто", "The whole city"),
    "city.no_area": ("поза відомими територіями", "outside the known areas"),
    "city.covered": ("{name}: людей {n}; {shares}", "{name}: {n} people; {shares}"),
    "city.share": ("{share} % за {minutes} хв", "{share} % within {minutes} min"),
    "city.no_way": (
        "Пішки до жодного не дійдуть: {n}.",
        "{n} people can walk to none at all.",
    ),
    "city.no_way_here": ("дороги немає", "no way on foot"),
    "city.what_if": ("Якби так сталося:", "If that happened:"),
    "city.dark": ("Укриттів без світла: {n}.", "{n} shelters without power."),
    "city.dark_unknown": (
        "З них про генератор ніхто не сказав: {n}.",
        "Of {n} of these nobody has said whether they have a generator.",
    ),
    "city.bridge_ways": ("Відрізків моста: {n}.", "{n} stretches of the bridge."),
    "city.lost": (
        "Більше не встигнуть за {minutes} хв: {n}.",
        "{n} people no longer get there within {minutes} min.",
    ),
    "city.cut_off": (
        "Більше не дійдуть до жодного: {n}.",
        "{n} people can no longer walk to any.",
    ),
    "city.farther": (
        "Кому далі, тим у середньому на {metres} м.",
        "Who has farther to go has {metres} m more in the mean.",
    ),
    "city.gaps": (
        "Далі ніж {minutes} хв; клітинок {n}, спершу найбільші:",
        "Farther than {minutes} min; {n} cells, the largest first:",
    ),
    "city.gap": ("{lat},{lon}: людей {n}, {way}", "{lat},{lon}: {n} people, {way}"),
    "city.sites": (
        "Де нові укриття допомогли б найбільше:",
        "Where new shelters would help most:",
    ),
    "city.site": (
        "{number}. {lat},{lon}: ще людей {n}",
        "{number}. {lat},{lon}: {n} people more",
    ),
    "city.no_capacity": (
        "Місткість {n} відчинених невідома; туди не відправлено нікого (--capacity).",
        "The capacity of {n} open ones is not known; nobody is sent there (--capacity).",
    ),
    "city.assumed": (
        "Місткість {n} відчинених невідома; рахуємо по {each}.",
        "The capacity of {n} open ones is not known; {each} each are reckoned with.",
    ),
    "city.room": ("Людей {people}, місць {room}.", "{people} people, {room} places."),
    "city.nearest": (
        "Якби всі пішли до найближчого, понад місткість: {n}.",
        "If all went to the nearest, {n} people would find no room.",
    ),
    "city.placed": (
        "Мають місце не далі {limit} м: {n}, у середньому {mean} м.",
        "{n} have a place within {limit} m, {mean} m in the mean.",
    ),
    "city.beyond": (
        "Далі ніж {limit} м: {n}, у середньому {mean} м.",
        "{n} have to go farther than {limit} m, {mean} m in the mean.",
    ),
    "city.unplaced": (
        "Без місця, до якого можна дійти: {n}.",
        "{n} can walk to no place that has room.",
    ),
    "city.off_network": (
        "Надто далеко від вулиць: {n}.",
        "{n} live too far from every street.",
    ),
    "city.method.greedy": (
        "План простий, за відстанню ({because}): місце могли б мати більше людей.",
        "The plan is greedy, by distance ({because}): more people might have found room.",
    ),
    "city.method.cells": (
        "План за клітинками по 200 м: дороги до 5 % довші за найкоротші.",
        "Planned in cells of 200 m: ways are up to 5 % longer than the shortest.",
    ),
    "city.method.exact": ("План точний.", "The plan is exact."),
    "city.method.exact.proven": (
        "План точний; доведено, що кращого немає.",
        "The plan is exact; it is proven that there is no better one.",
    ),
    "city.fullest": ("Найповніші:", "The fullest:"),
    "city.load": ("{id}: {n} із {held}", "{id}: {n} of {held}"),
    "city.nobody_knows": ("невідомо скількох", "nobody knows how many"),
    "city.written": ("Записано {path}.", "Wrote {path}."),
}
