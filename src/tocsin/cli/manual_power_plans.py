"""Help of the verbs that plan cuts, as `manual` has it for all others: Ukrainian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POWER_PLANS_MANUAL: Final[Mapping[str, tuple[str, str]]] = {
    "power.shed": (
        "Кого вимкнути негайно на стільки мегават, щоб шкоди було найменше.\nНічого не вимикає.",
        "Whom to take off at once for so many megawatts, with least harm.\nIt switches nothing.",
    ),
    "power.plan": (
        "План відключень на день чи тиждень із доведеною межею поруч.\nНічого не вимикає.",
        "A plan of cuts for a day or week, with its proven bound.\nIt switches nothing.",
    ),
    "power.approve": (
        "Записати, що людина затвердила пропозицію.\nФідери лишаються у файлі.",
        "Record that a person approved a proposal.\nIts feeders stay in its file.",
    ),
    "power.fairness": (
        "Наскільки порівну розділено години без світла, за тижнями.",
        "How evenly hours without power were shared out, week by week.",
    ),
    "o.feeders": (
        "Таблиця фідерів, CSV: feeder, queue, megawatts (або 00:00…23:30), class та інше.",
        "The table of feeders, CSV: feeder, queue, megawatts (or 00:00…23:30), class and others.",
    ),
    "o.week": (
        "Години без світла раніше цього тижня, CSV: feeder або queue, off_hours, rested.",
        "Hours off earlier this week, CSV: feeder or queue, off_hours, rested.",
    ),
    "o.megawatts": ("Скільки мегават зняти.", "How many megawatts to take off."),
    "o.shed_at": (
        "Чиї навантаження: мить RFC 3339; звичайно — тепер.",
        "Whose loads hold: a moment, RFC 3339; otherwise now.",
    ),
    "o.plan_clock": ("Часовий пояс компанії.", "The company's time zone."),
    "o.proposal_to": (
        "Куди записати всю пропозицію з фідерами; файл читатиме лише власник.",
        "Where to write the whole proposal with its feeders; only its owner may read the file.",
    ),
    "o.reduction": (
        "Скільки зняти, CSV: from (ГГ:ХХ), megawatts; date для кількох днів.",
        "What is required, CSV: from (HH:MM), megawatts; date for several days.",
    ),
    "o.best_plan": (
        "Найкращий план за хвилину, а не перший.",
        "The best plan within a minute, not the first.",
    ),
    "o.queues": (
        "Цілими чергами, щоб за тиждень години були рівні.",
        "By whole queues, so that hours are level over the week.",
    ),
    "o.what_if": (
        "Також: що, якби зняти треба було стільки відсотків від цього.",
        "Also what if so many per cent of that were required.",
    ),
    "o.plan_date": (
        "День плану, якщо таблиця його не каже; звичайно — завтра.",
        "The plan's day where the table does not say; otherwise tomorrow.",
    ),
    "o.proposal": (
        "Пропозиція, як її записали shed або plan із --to.",
        "A proposal as shed or plan wrote it with --to.",
    ),
    "o.approve_of": ("Чия пропозиція: компанія.", "Whose proposal it is: the company."),
    "o.approve_zone": ("Зона, для якої вона.", "The zone that it is for."),
    "o.fair_from": ("Перший день.", "The first day."),
    "o.fair_to": ("Останній день.", "The last day."),
}
