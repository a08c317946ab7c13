"""
What things are called in the invented city of the demo: made up, in Ukrainian and English.

Both stand in one name, `uk / en`, since a register has one; no word is bent by a language.
"""

from __future__ import annotations

from typing import Final

from tocsin.shelters.messages import Kind

CITY: Final = "Вигадане місто / Invented City"

STREETS: Final = tuple(
    f"{uk} / {en}"
    for uk, en in (
        ("Вербова", "Willow"),
        ("Липова", "Linden"),
        ("Кленова", "Maple"),
        ("Горіхова", "Walnut"),
        ("Каштанова", "Chestnut"),
        ("Ясенева", "Ash"),
        ("Тополина", "Poplar"),
        ("Соснова", "Pine"),
        ("Дубова", "Oak"),
        ("Вільхова", "Alder"),
        ("Калинова", "Viburnum"),
        ("Горобинова", "Rowan"),
        ("Бузкова", "Lilac"),
        ("Яблунева", "Apple"),
        ("Вишнева", "Cherry"),
        ("Сливова", "Plum"),
        ("Грушева", "Pear"),
        ("Абрикосова", "Apricot"),
        ("Ожинова", "Bramble"),
        ("Малинова", "Raspberry"),
        ("Барвінкова", "Periwinkle"),
        ("Волошкова", "Cornflower"),
        ("Макова", "Poppy"),
        ("Ромашкова", "Daisy"),
        ("Лавандова", "Lavender"),
        ("М’ятна", "Mint"),
        ("Чебрецева", "Thyme"),
        ("Конвалієва", "Lily"),
        ("Лелеча", "Stork"),
        ("Ластівчина", "Swallow"),
        ("Солов’їна", "Nightingale"),
        ("Журавлина", "Crane"),
        ("Синичина", "Titmouse"),
        ("Совина", "Owl"),
        ("Шпакова", "Starling"),
        ("Гончарна", "Potter"),
        ("Ткацька", "Weaver"),
        ("Ковальська", "Smith"),
        ("Пекарська", "Baker"),
        ("Бондарська", "Cooper"),
        ("Млинова", "Mill"),
        ("Паромна", "Ferry"),
        ("Маячна", "Lighthouse"),
        ("Вітряна", "Windmill"),
        ("Зоряна", "Star"),
        ("Місячна", "Moon"),
        ("Полуднева", "Noon"),
        ("Світанкова", "Dawn"),
        ("Туманна", "Mist"),
        ("Росяна", "Dew"),
    )
)
"""From south to north, one for each row of crossings; those across are numbered `LINE`."""

LINE: Final = "Лінія / Line {number}"

STATIONS: Final = (
    ("Ринкова площа", "Market Square"),
    ("Ліхтарна", "Lantern"),
    ("Старий млин", "Old Mill"),
    ("Обсерваторія", "Observatory"),
    ("Паромна", "Ferry"),
)
STATION: Final = "Станція «{uk}» / {en} station"

SHELTERS: Final = tuple(
    (kind, f"{uk} / {en}")
    for kind, uk, en in (
        (Kind.PARKING, "Паркінг «Вежа»", "Tower car park"),
        (Kind.DEDICATED, "Сховище № 4", "Shelter No 4"),
        (Kind.PARKING, "Паркінг «Ліхтар»", "Lantern car park"),
        (Kind.DUAL_USE, "Спортзал «Вітрило»", "Sail sports hall"),
        (Kind.PARKING, "Паркінг «Гавань»", "Harbour car park"),
        (Kind.DEDICATED, "Сховище заводу «Маяк»", "Lighthouse Works shelter"),
        (Kind.UNDERPASS, "Перехід «Ринок»", "Market underpass"),
        (Kind.PARKING, "Паркінг «Компас»", "Compass car park"),
        (Kind.DEDICATED, "Сховище № 11", "Shelter No 11"),
        (Kind.UNDERPASS, "Перехід «Вокзал»", "Railway underpass"),
        (Kind.DUAL_USE, "Кінотеатр «Промінь»", "Ray cinema"),
        (Kind.PARKING, "Паркінг «Арка»", "Arch car park"),
        (Kind.UNDERPASS, "Перехід «Млин»", "Mill underpass"),
        (Kind.BASEMENT, "Підвал лікарні", "Hospital cellar"),
        (Kind.BASEMENT, "Підвал ратуші", "Town Hall cellar"),
        (Kind.UNDERPASS, "Перехід «Театр»", "Theatre underpass"),
        (Kind.BASEMENT, "Підвал філармонії", "Concert Hall cellar"),
        (Kind.BASEMENT, "Підвал бібліотеки", "Library cellar"),
        (Kind.BASEMENT, "Підвал школи № 1", "School No 1 cellar"),
        (Kind.PARKING, "Паркінг «Цукровар»", "Sugar Works car park"),
        (Kind.BASEMENT, "Підвал пошти", "Post Office cellar"),
        (Kind.BASEMENT, "Підвал друкарні", "Printing House cellar"),
        (Kind.UNDERPASS, "Перехід «Північ»", "North underpass"),
        (Kind.BASEMENT, "Підвал поліклініки", "Clinic cellar"),
        (Kind.BASEMENT, "Підвал музею годинників", "Clock Museum cellar"),
        (Kind.DUAL_USE, "Контори «Низ»", "Downstairs offices"),
        (Kind.BASEMENT, "Підвал школи № 2", "School No 2 cellar"),
        (Kind.BASEMENT, "Підвал лазні", "Bathhouse cellar"),
        (Kind.BASEMENT, "Підвал гуртожитку ткаль", "Weavers’ hostel cellar"),
        (Kind.DUAL_USE, "Кав’ярня «Під землею»", "Below Ground café"),
        (Kind.BASEMENT, "Підвал пекарні", "Bakery cellar"),
        (Kind.BASEMENT, "Підвал садка «Лелека»", "Stork kindergarten cellar"),
        (Kind.UNDERPASS, "Перехід «Два мости»", "Two Bridges underpass"),
        (Kind.HOUSEHOLD, "Підвал будинку 27", "Cellar of house 27"),
        (Kind.BASEMENT, "Підвал майстерні", "Workshop cellar"),
        (Kind.HOUSEHOLD, "Підвал будинку 8", "Cellar of house 8"),
        (Kind.MOBILE, "Мобільне укриття в сквері", "Mobile shelter in the park"),
    )
)
"""The largest first."""
