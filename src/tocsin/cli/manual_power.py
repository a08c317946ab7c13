"""Help of `tocsin power`, as `manual` has it for all other verbs: in Ukrainian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POWER_MANUAL: Final[Mapping[str, tuple[str, str]]] = {
    "power": (
        "Електроенергія: графіки відключень, аварійні відключення, чого чекати.",
        "Electricity: schedules of cuts, emergency shutdowns, what to expect.",
    ),
    "power.import": (
        (
            "Внести графіки: GPV, Yasno, CSV або історію змін (.jsonl.gz).\n"
            "Що не змінилося, не записується; невдале читання лишає останній добрий графік."
        ),
        (
            "Bring schedules in: GPV, Yasno, CSV, or a history of revisions (.jsonl.gz).\n"
            "What did not change is not recorded; a failed read keeps the last good schedule."
        ),
    ),
    "power.schedule": (
        "День однієї черги по пів години, як його знали тоді.",
        "A day of a group by half-hours, as it was known then.",
    ),
    "power.status": (
        "Чи є світло в черзі, доки й за чиїм словом.",
        "Whether a group has power, until when and by whose word.",
    ),
    "power.export": (
        "Записати відоме у форматах, які читають інші.",
        "Write what is known in the shapes that others read.",
    ),
    # Options.
    "o.schedule_files": (
        "Файли графіків, як їх отримано; також стиснені gzip.",
        "Files of schedules as they were fetched; packed with gzip too.",
    ),
    "o.whose_schedule": (
        "Чий це графік: коротка назва компанії; звичайно так, як каже файл.",
        "Whose schedule it is: the company's short name; otherwise as the file says.",
    ),
    "o.company_name": ("Повна назва компанії.", "The company's full name."),
    "o.company_area": (
        "Територія компанії: код або назва; звичайно вся країна.",
        "The company's area: a code or a name; otherwise the whole country.",
    ),
    "o.company_zone": (
        "Зона, до якої належать черги, яких ще немає в переліку.",
        "The zone of groups that are not listed yet.",
    ),
    "o.schedule_source": (
        "Звідки це, словами або адресою.",
        "Where it is from, in words or as an address.",
    ),
    "o.schedule_fetched": (
        "Коли це отримано, RFC 3339; звичайно як каже файл, інакше за позначкою компанії.",
        "When it was fetched, RFC 3339; otherwise as the file says, else the company's own stamp.",
    ),
    "o.schedule_clock": (
        "Часовий пояс файла; звичайно Europe/Kyiv.",
        "Time zone of the file; otherwise Europe/Kyiv.",
    ),
    "o.schedule_mapping": (
        "Як читати чужу таблицю: файл TOML або JSON.",
        "How to read a table of somebody else's: a file, TOML or JSON.",
    ),
    "o.fewer_groups": (
        "Прийняти, хоч черг менше, ніж було відомо.",
        "Take it although it tells of fewer groups than are known.",
    ),
    "o.note_failure": (
        "Якщо файл хибний або його немає, записати, що компанію не вдалося прочитати.",
        "Where a file is wrong or not there, record that the company could not be read.",
    ),
    "o.group": ("Черга, наприклад 3.1.", "The group, for instance 3.1."),
    "o.operator": (
        "Компанія, якщо така черга є в кількох.",
        "The company, where several have such a group.",
    ),
    "o.known_at": (
        "Як це знали тоді, RFC 3339; звичайно тепер.",
        "As it was known then, RFC 3339; otherwise now.",
    ),
    "o.export_format": ("Формат: gpv, yasno або csv.", "The shape: gpv, yasno or csv."),
    "o.export_dates": (
        "Лише цей день, РРРР-ММ-ДД, можна кілька; звичайно сьогодні й завтра.",
        "Only this day, YYYY-MM-DD, may be repeated; otherwise today and tomorrow.",
    ),
    "o.export_template": (
        "Типовий тиждень замість дат (yasno, csv).",
        "What usually holds by weekday, in place of dates (yasno, csv).",
    ),
}
