"""What `tocsin power` says, as `phrases` has it for all other verbs: in Ukrainian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POWER_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "power.read": ("Прочитано версій: {n} ({companies}).", "Versions read: {n} ({companies})."),
    "power.read_failed": (
        "Не вдалося прочитати компанію: {n}. Лишився останній добрий графік.",
        "The company could not be read: {n}. The last good schedule stays.",
    ),
    "power.read_shrunk": (
        "Черг менше, ніж відомо: {n}. Лишився останній добрий графік; --fewer приймає таке.",
        "Fewer groups than are known: {n}. The last good schedule stays; --fewer takes it.",
    ),
    "power.read_empty": (
        "Порожньо, хоч відключення були оголошені: {n}. Лишився останній добрий графік.",
        "Empty although cuts were told: {n}. The last good schedule stays.",
    ),
    "power.recorded": (
        "Записано: змінили графік {changed}, подій {events}.",
        "Recorded: {changed} changed the schedule, {events} events.",
    ),
    "power.already": ("Усе вже так записано.", "All of it is so already."),
    "power.at.day_malformed": ("день не зрозуміло", "day not understood"),
    "power.at.day_repeated": ("той самий день черги ще раз", "the same day of a group again"),
    "power.at.group_malformed": ("чергу не зрозуміло", "group not understood"),
    "power.at.week_malformed": ("тиждень неповний", "a week that is not whole"),
    "power.at.hour_malformed": ("годину не зрозуміло", "hour not understood"),
    "power.at.cell_unknown": (
        "невідоме слово замість години; вважаємо невідомим",
        "an unknown word for an hour; taken as unknown",
    ),
    "power.at.status_unknown": (
        "невідомий статус дня; вважаємо невідомим",
        "an unknown status of a day; taken as unknown",
    ),
    "power.at.slot_malformed": ("проміжок не зрозуміло", "slot not understood"),
    "power.at.line_malformed": ("рядок не є версією графіка", "a line that is no version"),
    "power.at.row_malformed": ("рядок черги не зрозуміло", "a group's row not understood"),
    "power.at.stage_malformed": ("рівень не зрозуміло", "stage not understood"),
    "power.at.state_unknown": ("стан не зрозуміло", "state not understood"),
    "power.at.time_malformed": ("час не зрозуміло", "time not understood"),
    "power.day": ("Черга {group} · {company} · {day}", "Group {group} · {company} · {day}"),
    "power.is.on": ("є світло", "power on"),
    "power.is.off": ("немає світла", "power off"),
    "power.is.maybe": ("може не бути", "may be off"),
    "power.is.emergency": ("аварійне відключення", "emergency shutdown"),
    "power.is.unknown": ("невідомо", "unknown"),
    "power.known_since": ("Відомо з {at} ({source}).", "Known since {at} ({source})."),
    "power.nothing_known": (
        "Про цей день ніхто нічого не сказав: це не означає, що світло буде.",
        "Nobody has said anything of this day: that does not mean that there is power.",
    ),
    "power.of": ("Черга {group} · {company} · {at}", "Group {group} · {company} · {at}"),
    "power.why": ("Причина: {reason}", "Reason: {reason}"),
    "power.damage": (
        "Пошкодження в цій зоні з {since}: {cause}",
        "Damage in this zone since {since}: {cause}",
    ),
    "power.known": (
        "Відомо з {at}, {age} ({source}).",
        "Known since {at}, {age} ({source}).",
    ),
    "power.failing": (
        "Компанію не вдається прочитати з {since}: {reason}",
        "The company cannot be read since {since}: {reason}",
    ),
    "power.no_company": ("Такої компанії тут немає.", "There is no such company here."),
    "power.no_dates": (
        "Цей формат має лише сьогодні й завтра",
        "this shape has only today and tomorrow",
    ),
}
