"""
The phrases of the pages of power: key, Ukrainian, English; the same form as `phrases.py`.

Groups that mirror wire words: `lit` (the large word; `planned` is `on` by a plan that may be old),
`litsize` (its size), `litsaid` (in running text), `litmark` (in a cell of the strip), `litthen`
(what comes next), `regime`. Only the word for `on` says that there is power. Nothing is translated
by a machine.
Source: design, sections 2 and 8; knowledge file on power, parts B1 and B4.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POWER_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # The large word; a bar breaks it.
    "lit.on": ("Світло|є", "Power|on"),
    "lit.off": ("Світла|немає", "Power|off"),
    "lit.maybe": ("Світла може|не бути", "Power may|be off"),
    "lit.emergency": ("Аварійне|відключення", "Emergency|shutdown"),
    "lit.unknown": ("Невідомо", "Unknown"),
    # Where nobody can be asked any more whether the plan still holds.
    "lit.planned": ("За планом|світло є", "Planned:|power on"),
    "litsize.planned": ("16", "19"),
    "litsize.on": ("24", "28"),
    "litsize.off": ("24", "28"),
    "litsize.maybe": ("14", "16"),
    "litsize.emergency": ("13", "16"),
    "litsize.unknown": ("16", "19"),
    "litsaid.on": ("світло є", "power on"),
    "litsaid.off": ("без світла", "without power"),
    "litsaid.maybe": ("світла може не бути", "power may be off"),
    "litsaid.emergency": ("аварійне відключення, без графіка", "emergency shutdown, no schedule"),
    "litsaid.unknown": ("невідомо", "not known"),
    "litmark.on": ("є", "on"),
    "litmark.off": ("ні", "off"),
    "litmark.maybe": ("М", "M"),
    "litmark.emergency": ("А", "E"),
    "litmark.unknown": ("?", "?"),
    "litthen.on": ("до {time}, тоді має з’явитися", "until {time}, then it is to be on"),
    "litthen.off": ("до {time}, тоді вимкнуть", "until {time}, then off"),
    "litthen.maybe": ("до {time}, тоді може не бути", "until {time}, then it may be off"),
    "litthen.emergency": ("до {time}, далі аварійно", "until {time}, then an emergency"),
    "litthen.unknown": ("до {time}, далі невідомо", "until {time}, after that not known"),
    "regime.hourly": ("за погодинним графіком", "by an hourly schedule"),
    "regime.emergency": (
        "аварійне відключення, до окремого повідомлення",
        "emergency shutdown, until further notice",
    ),
    "regime.waiting": ("графік обіцяно, його ще немає", "a schedule was promised, not yet here"),
    "regime.none": ("компанія каже: відключень немає", "the company says: no cuts"),
    "regime.unknown": ("графік невідомий", "no schedule is known"),
    "power.title": ("Світло за адресою", "Power at an address"),
    "power.heading": ("Чи є в мене світло?", "Is my power on?"),
    "power.link": ("Світло", "Power"),
    "power.back": ("До стану тривоги", "To the state of alert"),
    "power.group": ("Черга {group}", "Group {group}"),
    "power.since": ("з {time}", "since {time}"),
    "power.further": ("До окремого повідомлення", "Until further notice"),
    "power.left": ("ще {span}", "{span} left"),
    "power.tomorrow": ("{time} завтра", "{time} tomorrow"),
    "power.yesterday": ("{time} вчора", "{time} yesterday"),
    "power.h": ("{h} год", "{h} h"),
    "power.h_min": ("{h} год {m} хв", "{h} h {m} min"),
    "power.min": ("{m} хв", "{m} min"),
    "power.as_of": ("Станом на {time}", "As of {time}"),
    "power.stale": ("Немає зв’язку. Станом на {time}, {age}", "No connection. As of {time}, {age}"),
    "power.changes": (
        "Відтоді графік могли змінити.",
        "The schedule may have been changed since.",
    ),
    "power.ran_out": (
        "Збережений графік закінчився. Чи є світло, звідси не видно.",
        "The saved schedule has ended. Whether there is power cannot be told from here.",
    ),
    "power.plan_not_meter": (
        "Це слово компанії, а не вимір у вашій оселі.",
        "This is the company’s word, not a measurement at your home.",
    ),
    "power.waiting": (
        "Компанія обіцяла графік, його ще немає. Це не означає, що світло буде.",
        (
            "The company promised a schedule; it is not here yet. "
            "That does not mean that there will be power."
        ),
    ),
    "power.nothing": (
        "На цей час графіка не відомо. Це не означає, що світло буде.",
        "No schedule is known for this time. That does not mean that there will be power.",
    ),
    "power.emergency": (
        "Погодинний графік тут призупинено. Коли ввімкнуть, ніхто не сказав.",
        "The hourly schedule is suspended here. Nobody has said when power returns.",
    ),
    "power.reason": ("Причина: {reason}", "Reason: {reason}"),
    "power.by": ("Повідомив: {source}", "Said by: {source}"),
    "power.source": ("Графік: {source}", "Schedule: {source}"),
    "power.known": ("отримано {time}", "fetched {time}"),
    "power.published": ("опубліковано {time}", "published {time}"),
    "power.failing": (
        "Джерело не читається з {time}. Показано останнє відоме; нове могло вийти.",
        (
            "The source could not be read since {time}. "
            "The last that is known is shown; there may be newer."
        ),
    ),
    "power.outages": ("Пошкодження", "Damage"),
    "power.outage": ("{cause}, з {time}", "{cause}, since {time}"),
    "power.people": ("без світла людей: {people}", "people without power: {people}"),
    "power.expected": ("світло обіцяють о {time}", "power is expected at {time}"),
    "power.today": ("Сьогодні, {date}", "Today, {date}"),
    "power.next_day": ("Завтра, {date}", "Tomorrow, {date}"),
    "power.day_of": ("{date}", "{date}"),
    "power.total": ("без світла всього {span}", "{span} without power in all"),
    "power.total_maybe": ("ще {span} може не бути", "another {span} may be off"),
    "power.stretch": ("{from}–{to}", "{from}–{to}"),
    "power.change": ("Змінено {time}", "Changed {time}"),
    "power.strip": ("Доба по пів години", "The day by half-hours"),
    "power.key": ("Позначки", "Key"),
    "power.now": ("зараз", "now"),
    "power.calendar": ("Додати до календаря", "Add to the calendar"),
    "power.other": ("Інша адреса або черга", "Another address or group"),
    "power.find": ("Знайти чергу за адресою", "Find the group by address"),
    "power.street": ("Вулиця", "Street"),
    "power.house": ("Будинок", "House"),
    "power.show": ("Показати", "Show"),
    "power.locate": ("За моїм місцем", "Use my position"),
    "power.locate_note": (
        "Координати округлюються до 100 м, сервер їх не зберігає.",
        "Coordinates are rounded to 100 m; the server does not keep them.",
    ),
    "power.denied": ("Браузер не надав місця.", "The browser gave no position."),
    "power.groups": ("Або оберіть свою чергу", "Or choose your group"),
    "power.which": ("Котра з них ваша?", "Which of these is yours?"),
    "power.address_unknown": (
        "Цього будинку в списках немає. Спитайте чергу в компанії й оберіть її нижче.",
        "That house is in no list here. Ask the company for your group and choose it below.",
    ),
    "power.no_addresses": (
        "Списку адрес тут немає. Оберіть свою чергу нижче.",
        "There is no list of addresses here. Choose your group below.",
    ),
    "power.house_wrong": (
        "Не зрозуміли номера будинку. Напишіть, як-от 12 або 12-А.",
        "That house number was not understood. Write it like 12 or 12-A.",
    ),
    "power.point_unknown": (
        "Про світло в цій точці тут нічого не відомо.",
        "Nothing is known here about power at that point.",
    ),
    "power.group_unknown": ("Черги {group} тут немає.", "There is no group {group} here."),
    "power.zone_unknown": ("Зони {zone} тут немає.", "There is no zone {zone} here."),
    "power.depends": (
        "Тут вимикають за чергами. Оберіть свою чергу нижче.",
        "Here groups take turns. Choose your group below.",
    ),
    "power.mine_group": ("Оберіть свою чергу", "Choose your group"),
    "power.none": (
        "Жодна компанія ще не подала сюди графіків. Це не означає, що світло є.",
        "No company has given schedules here yet. That does not mean that there is power.",
    ),
    "power.mine": (
        "Вибір запам’ятовано лише в цьому браузері.",
        "Your choice is kept in this browser only.",
    ),
    "power.forget": ("Забути", "Forget"),
    "power.keep": ("Це моя черга", "This is my group"),
    "power.zones": ("Де як", "Zone by zone"),
    "power.map": ("Світло на карті, за зонами", "Power on the map, zone by zone"),
    "power.map_mixed": ("по-різному в різних зонах", "differs between zones"),
    "power.map_none": ("немає відомостей", "nothing is known here"),
    "power.city": ("Усі черги: {company}", "All groups: {company}"),
    "power.city_all": ("Усі черги таблицею", "All groups as a table"),
    "power.city_list": ("Те саме списком", "The same as a list"),
    "power.all_day": ("уся доба", "all day"),
    "power.plan": ("Погоджений план", "Approved plan"),
    "power.plan_day": ("План відключень на добу", "Day plan of cuts"),
    "power.plan_shed": ("План негайного зняття навантаження", "Plan to shed load at once"),
    "power.plan_by": (
        "Погодив {sender} {time}. Tocsin пропонує; вимикають люди в компанії.",
        "Approved by {sender} {time}. Tocsin proposes; people at the company switch.",
    ),
    "power.plan_peak": (
        "Знімає щонайбільше {megawatts} МВт",
        "Takes off at most {megawatts} MW",
    ),
    "power.plan_bound": (
        "Шкода не більш як на {percent} % над доведеною межею",
        "Harm at most {percent} % above the proven bound",
    ),
    "power.plan_no_bound": (
        "Наскільки кращий план можливий, не доведено",
        "How much better a plan could be is not proven",
    ),
    "power.plan_fair": (
        "Найменше без світла {least}, найбільше {most}; різниця {spread}.",
        "Least without power {least}, most {most}; a difference of {spread}.",
    ),
    "power.plan_no_days": (
        "Часів у цьому плані немає: він на зараз.",
        "This plan has no times: it is for now.",
    ),
    "power.plan_fairness": ("Порівну чи ні", "How even it is"),
    "power.plan_group": ("Черга", "Group"),
    "power.plan_regime": ("Режим", "Regime"),
    "power.plan_times": ("Без світла", "Without power"),
    "power.plan_sum": ("Усього", "In all"),
    "power.plan_zone": ("Зона {zone}, {company}", "Zone {zone}, {company}"),
    "power.plan_open": (
        "Сторінка не містить ліній, навантажень і захищених споживачів.",
        "This page holds no feeders, loads or protected customers.",
    ),
    "power.plan_unknown": ("Такого плану тут немає.", "There is no such plan here."),
    "power.plan_mark": ("Знак плану", "The plan’s digest"),
    "power.plans": ("Погоджені плани", "Approved plans"),
    # On the page of alerts.
    "power.note": (
        "Світло: аварійне відключення, {zone}, з {time} (станом на {now})",
        "Power: emergency shutdown, {zone}, since {time} (as of {now})",
    ),
}
