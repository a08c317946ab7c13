"""
Errors in the reader's language: the sentence, then the stable code.

The English sentence stands where the error is raised. Here is a Ukrainian one for each code that
may reach a terminal; where the English one holds a name, a place or a figure that a person needs,
`{detail}` lets it follow, and `{where}` names the part of the input that is wrong.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tocsin.cli.tongue import language
from tocsin.kernel.errors import Corrupt, Malformed, Refused, TocsinError, Unavailable

UKRAINIAN: Final[Mapping[str, str]] = {
    "alert.drill_during_actual": (
        "Тут діє справжня тривога; навчання має зачекати, доки вона скінчиться."
    ),
    "alert.held_by_another": "Цю тривогу тримає інше джерело; лише воно її змінює. ({detail})",
    "alert.no_area": "Назвіть територію: код або назву.",
    "alert.no_change": "Скажіть, що змінити: рівень, загрозу, причину чи слова.",
    "alert.none_here": "На цій території немає власної тривоги. ({detail})",
    "alert.over": "Ця тривога вже скінчилася; оголосіть нову.",
    "alert.several_here": "Там діє кілька тривог, назвіть одну. ({detail})",
    "alert.text_malformed": "Слова пишуть як МОВА=ТЕКСТ, наприклад uk=Тривога.",
    "alert.unknown": "Такої тривоги немає. ({detail})",
    "alert.unreadable_event": "Подію тривоги не прочитати. ({detail})",
    "area.ambiguous_name": "Так називаються кілька територій, назвіть код. ({detail})",
    "area.no_such_place": "Ця точка поза країною.",
    "area.unknown": "Території з таким кодом немає: «{where}».",
    "area.unknown_name": "Території з такою назвою немає: «{where}».",
    "areas.file_malformed": "Це не такий GeoJSON, який можна додати. ({detail})",
    "areas.file_refused": "У файлі є помилки; нічого не додано. ({detail})",
    "areas.file_unreadable": "Файл територій не читається. ({detail})",
    "areas.pack_malformed": "Це не пакет країни, або він пошкоджений. ({detail})",
    "areas.pack_missing": "Пакета країни «{where}» немає.",
    "areas.pack_unwritable": "Пакет країни туди не записати. ({detail})",
    "areas.too_tangled": "Межі так заплутані, що їх не перевірити. ({detail})",
    "authority.unreadable_event": "Подію про токени не прочитати. ({detail})",
    "bench.no_compiler": "Для порівняння потрібен компілятор C, а `cc` тут немає.",
    "bench.no_edge": "Край не запустився або не слухає. ({detail})",
    "bench.no_nchan": "nginx із nchan тут є, але не запустився або не слухає. ({detail})",
    "bench.not_compiled": "Програма на C для порівняння не збирається. ({detail})",
    "bench.not_held": "Сервер не прийняв усіх підписників. ({detail})",
    "bench.too_many_subscribers": "Стільки з’єднань ця машина не дає. ({detail})",
    "bus.malformed": "Шину називають як nats://HOST:4222, кілька через кому.",
    "bus.no_nats": "Для шини потрібен nats-py: pip install tocsin[scale].",
    "command.id_malformed": "Номер команди має бути UUID.",
    "command.id_reused": "Цей номер команди вже вжито для іншого; візьміть новий.",
    "command.time_unlikely": "Час у майбутньому або понад тиждень тому; перевірте годинник.",
    "compat.hosts": "Налаштування compat_hosts пишуть як НАЗВА=ХОСТ, через кому. ({detail})",
    "compat.webhooks": "Налаштування compat_webhooks: ХОСТ або http://ХОСТ:ПОРТ. ({detail})",
    "config.malformed": "Хибне налаштування «{where}». ({detail})",
    "core.unanswered": "Сервер не встиг відповісти; надішліть ще раз з тим самим номером.",
    "core.unavailable": "Головний процес сервера не працює; тривоги зараз не прийняти.",
    "edge.core_malformed": "Це не адреса головного процесу. ({detail})",
    "edge.token_malformed": "У файлі немає токена. ({detail})",
    "edge.key_malformed": "Це не відкритий ключ сервера. ({detail})",
    "edge.not_handed_over": "З’єднань не передано наступному процесу. ({detail})",
    "edge.not_ready": "Сервер щойно запустився й ще не знає, що діє.",
    "edge.settings_malformed": "Крайовий процес не прочитав налаштувань. ({detail})",
    "edge.source_unknown": "Крайовий процес не знає такого джерела. ({detail})",
    "history.span": "Початок має бути раніше за кінець, і не надто далеко. ({detail})",
    "json.fraction": "Дробове число там, де можливе лише ціле. ({detail})",
    "json.malformed": "Це не JSON.",
    "ledger.backup_damaged": "Копія не сходиться; нічого не зроблено. ({detail})",
    "ledger.busy": "Забагато команд чекає; спробуйте за мить.",
    "ledger.cannot_open": "Файл запису не відкрити. ({detail})",
    "ledger.closed": "Запис закрито.",
    "ledger.contended": "Інші весь час пишуть; спробуйте ще раз.",
    "ledger.damaged": "Файл запису пошкоджено. ({detail})",
    "ledger.disk_full": (
        "Диск повний; нічого не записано. Звільніть резерв: tocsin doctor --release-reserve."
    ),
    "ledger.file_exists": "Такий файл уже є; назвіть інше місце. ({detail})",
    "ledger.gap": "У записі бракує подій. ({detail})",
    "ledger.heads_unwritable": "Підписану голову не записати. ({detail})",
    "ledger.io_error": "Диск відмовив; нічого не записано. ({detail})",
    "ledger.key_unreadable": "Ключ сервера не прочитати. ({detail})",
    "ledger.locked": "Саме зараз пише інша програма; спробуйте за мить.",
    "ledger.missing": "Запису там немає. ({detail})",
    "ledger.needs_reopen": "Диск відмовив раніше; перевірте запис і запустіть знову.",
    "ledger.no_psycopg": "Для запису в PostgreSQL бракує пакета: tocsin[scale].",
    "ledger.not_a_ledger": "Цей файл не є записом. ({detail})",
    "ledger.not_empty": "У базі вже є запис; сюди не скопіювати.",
    "ledger.postgres_too_old": "Цей PostgreSQL застарий. ({detail})",
    "ledger.postgres_unsafe": "Так налаштований PostgreSQL може втратити записане. ({detail})",
    "ledger.read_only": "Запис тут можна лише читати.",
    "ledger.sqlite_too_old": "Цей SQLite може пошкодити запис. ({detail})",
    "ledger.settling": "Тривоги, прийняті без запису, саме записуються; спробуйте ще раз.",
    "ledger.standby": "Зараз працює інший сервер; цей у запасі.",
    "ledger.too_new": "Цей запис зробила новіша версія. ({detail})",
    "ledger.unreachable": "База недосяжна; тривоги й виправлення приймаються й без неї.",
    "ledger.url_malformed": "Це не адреса бази. ({detail})",
    "outages.too_many": "Забагато запитів з цієї адреси; спробуйте трохи згодом.",
    "planning.failed": "Планувальник обірвався. ({detail})",
    "planning.feeders_malformed": "Таблицю фідерів не зрозуміло. ({detail})",
    "planning.megawatts_malformed": "Мегавати: більше за 0, до 100 000.",
    "planning.no_plan": "Плану не знайдено. ({detail})",
    "planning.no_solver": "Для точного плану потрібен OR-tools: pip install tocsin[geo].",
    "planning.nothing_to_cut": (
        "Немає фідерів, які можна вимкнути: усі захищені або без навантаження."
    ),
    "planning.people_malformed": "Таблицю людей не зрозуміло: {where}. ({detail})",
    "planning.proposal_malformed": "Це не пропозиція, як її пишуть shed і plan із --to. ({detail})",
    "planning.reduction_malformed": "Таблицю потрібного зменшення не зрозуміло. ({detail})",
    "planning.too_large": "Стільки шляхів точно не спланувати; плануйте за клітинками.",
    "planning.too_slow": "План не знайдено вчасно; планувальник зупинено. ({detail})",
    "planning.unwritable": "Пропозицію туди не записати. ({detail})",
    "power.plan_unknown": "Такого плану тут немає.",
    "power.address_unknown": "Такого будинку немає в жодному переліку.",
    "power.addresses_malformed": "Файл адрес хибний: {where}. ({detail})",
    "power.clock_unknown": "Такого часового поясу немає. ({detail})",
    "power.company_malformed": "Такої компанії не буває: назва, зони або черги хибні.",
    "power.date_malformed": "Дату пишуть так: 2026-01-26.",
    "power.group_ambiguous": "Така черга є в кількох компаній, назвіть одну. ({detail})",
    "power.group_unknown": "Такої черги тут немає. ({detail})",
    "power.house_malformed": "Номер будинку пишуть так: 12, 12а або 12/3.",
    "power.no_addresses": "На сервері немає переліку адрес.",
    "power.notices_unwritable": "Не записати, про що вже сповіщено. ({detail})",
    "power.operator_ambiguous": "Тут кілька компаній, назвіть одну. ({detail})",
    "power.outage_unknown": "Такого пошкодження мережі тут немає. ({detail})",
    "power.schedule_malformed": "Графік хибний. ({detail})",
    "power.schedule_shrunk": (
        "У графіку менше черг, ніж відомо; лишається останній добрий. ({detail})"
    ),
    "power.unreadable_event": "Подію про електромережу не прочитати. ({detail})",
    "power.words_malformed": "Причина задовга або число людей неможливе. ({detail})",
    "power.zone_unknown": "Такої зони там немає. ({detail})",
    "query.malformed": "Запит не зрозуміло. ({detail})",
    "query.too_many_areas": "Забагато територій в одному запиті. ({detail})",
    "register.bbox_malformed": "Межі пишуть як ЗАХІД,ПІВДЕНЬ,СХІД,ПІВНІЧ у градусах.",
    "register.coordinates_malformed": "Файл координат не прочитати. ({detail})",
    "register.cut_off": "Файл реєстру обірваний; нічого не взято. ({detail})",
    "register.file_unreadable": "Файл реєстру не читається. ({detail})",
    "register.format_unknown": "Такого формату реєстрів немає. ({detail})",
    "register.mapping_malformed": "Файл відповідності стовпців хибний. ({detail})",
    "register.metres": "Координати реєстру в метрах, а потрібні градуси. ({detail})",
    "register.misplaced": "Більшість точок реєстру не там, де має бути. ({detail})",
    "register.name_malformed": "Реєстр називають малими латинськими літерами й цифрами.",
    "register.not_a_register": "Це не реєстр укриттів. ({detail})",
    "register.swapped": "У файлі переплутано широту й довготу; нічого не взято. ({detail})",
    "register.too_large": "Реєстр завеликий. ({detail})",
    "remit.outside": "Ця територія поза повноваженнями токена. ({detail})",
    "replay.cannot_read": "Файл історії не читається. ({detail})",
    "replay.covers_nothing": "Проміжок --covers кінчається раніше, ніж починається.",
    "replay.live_ledger": "Це справжній запис; для повтору потрібен власний файл.",
    "replay.not_gzip": "Файл gzip пошкоджено. ({detail})",
    "replay.out_of_order": "Запис уже зайшов далі, ніж те, що треба вставити. ({detail})",
    "replay.read_only": "Це повтор: тут нічого не можна оголосити.",
    "replay.skipped_lines": "Є рядки, яких не прочитати; нічого не записано. ({detail})",
    "replay.speed": "З такою швидкістю повтор не йде. ({detail})",
    "replay.too_large": "Файл історії завеликий. ({detail})",
    "replay.unknown_columns": "Це не історія тривог: інші стовпці. ({detail})",
    "request.malformed": "Запит не зрозуміло: «{where}». ({detail})",
    "schedule.clock_differs": "Файл прочитано за іншим годинником, ніж у компанії. ({detail})",
    "schedule.cut_off": "Файл графіка обірваний; нічого не взято. ({detail})",
    "schedule.file_unreadable": "Файл графіка не читається. ({detail})",
    "schedule.mapping_malformed": "Файл відповідності стовпців хибний. ({detail})",
    "schedule.not_a_schedule": "Це не графік відключень. ({detail})",
    "schedule.operator_unsaid": (
        "Файл не каже, чий це графік; назвіть компанію (--operator). ({detail})"
    ),
    "schedule.read_failed": (
        "Компанію не вдалося прочитати, і про неї ще нічого не відомо. ({detail})"
    ),
    "schedule.time_unlikely": "Файл отримано в неможливий час; скажіть коли (--at). ({detail})",
    "schedule.too_large": "Файл графіка завеликий. ({detail})",
    "serve.already_runs": "На цьому записі вже працює сервер. ({detail})",
    "serve.cannot_listen": "На цій адресі не слухати. ({detail})",
    "serve.certificate": "Із цим сертифікатом і ключем не працювати. ({detail})",
    "serve.edge_fails": "Крайовий процес не запускається; причина вище. ({detail})",
    "serve.no_run_directory": (
        "Немає місця для власних сокетів сервера; назвіть у XDG_RUNTIME_DIR теку, "
        "яку відкриває лише він."
    ),
    "serve.port_taken": "Порт зайнято; зупиніть ту програму або назвіть інший --port. ({detail})",
    "server.busy": "Забагато запитів водночас; спробуйте за мить.",
    "server.fault": "Помилка в сервері; його оператор побачить її в журналі.",
    "server.full": "Забагато з’єднань відкрито; спробуйте за мить.",
    "server.not_tocsin": "За цією адресою не Тоскін. ({detail})",
    "server.unreachable": (
        "Сервер не відповідає. Чи подіяла команда, невідомо: надішліть її ще раз "
        "з тим самим номером. ({detail})"
    ),
    "shelter.entrance_malformed": "Таких дверей не може бути. ({detail})",
    "shelter.register_malformed": "У реєстрі є те, що не може бути укриттям. ({detail})",
    "shelter.register_shrunk": "У реєстрі підозріло мало укриттів; нічого не змінено. ({detail})",
    "shelter.status_malformed": "Про укриття так не кажуть: «{where}». ({detail})",
    "shelter.time_malformed": "Час на дорогу до укриття поза межами. ({detail})",
    "shelter.unknown": "Такого укриття немає. ({detail})",
    "shelter.unreadable_event": "Подію про укриття не прочитати. ({detail})",
    "shelters.city_unanswered": "Місто не встигли порахувати; спробуйте ще раз.",
    "shelters.no_city": "На сервері немає пішохідної мережі або таблиці людей.",
    "shelters.too_many": "Забагато запитів з цієї адреси; спробуйте трохи згодом.",
    "source.replay": "Джерело показує минулий день; за ним не слідують.",
    "source.too_large": "Джерело відповідає більшим, ніж може бути.",
    "source.unreadable": "Відповідь джерела не прочитати. ({detail})",
    "spool.full": "Черга команд повна; спробуйте згодом.",
    "spool.not_a_spool": "Цей файл не є чергою команд. ({detail})",
    "spool.unreadable": "Команду з черги не прочитати. ({detail})",
    "stream.not_ready": "Сервер щойно запустився й ще не знає, що діє.",
    "stream.too_large": "Сервер надсилає більше, ніж може бути в одній події.",
    "stream.too_many_edges": "Забагато крайових процесів слухає цей; оберіть інший.",
    "stream.too_many_polls": "Забагато запитів чекає; спробуйте за мить.",
    "stream.too_many_sets": "Забагато різних наборів територій; назвіть одну.",
    "stream.unreadable": "Повідомлення сервера не прочитати. ({detail})",
    "tiles.bad_range": "Карту видають частинами; такої частини немає.",
    "tiles.file_malformed": "Це не архів карти PMTiles 3, або файл пошкоджено. ({detail})",
    "tiles.file_unreadable": "Файл карти «{where}» не читається.",
    "time.malformed": "Це не час; пишіть так: 2023-01-26T06:15:00Z. ({detail})",
    "time.span_malformed": "Проміжок пишуть як ПОЧАТОК/КІНЕЦЬ, початок раніше. ({detail})",
    "token.missing": "Для цього потрібен токен.",
    "token.name_malformed": "Це не назва організації: літери, цифри, крапки й дефіси.",
    "token.scope_malformed": "Повноваження пишуть так: alerts:write:UA. ({detail})",
    "token.unknown": "Такого токена немає, або його відкликано.",
    "url.malformed": "Це не адреса сервера. ({detail})",
    "verify.witness_malformed": "У файлі «{where}» немає підписаної голови.",
    "walking.bad_length": "Вулиця має неможливу довжину. ({detail})",
    "walking.empty": "Тут немає жодної вулиці.",
    "walking.file_malformed": "Це не мережа доріг, або файл пошкоджено. ({detail})",
    "walking.file_unreadable": "Файл «{where}» не читається.",
    "walking.mixed_files": "Назвіть один файл OpenStreetMap або таблиці точок і вулиць.",
    "walking.no_geo": "Для цього потрібні numpy, scipy та osmium: pip install tocsin[geo].",
    "walking.no_such_node": "Вулиця веде до точки, якої немає. ({detail})",
    "walking.node_twice": "Одна точка є двічі. ({detail})",
    "walking.osm_malformed": "Це не файл OpenStreetMap, або він пошкоджений. ({detail})",
    "walking.out_of_range": "Така точка поза Землею.",
    "walking.table_malformed": "Рядок таблиці не зрозуміло: {where}. ({detail})",
    "walking.too_large": "Мережа завелика; зробіть окрему для кожного міста. ({detail})",
    "walking.unwritable": "Мережу туди не записати. ({detail})",
}

NOT_AT_A_TERMINAL: Final = (
    "compat.", "http.", "web.", "websocket.", "stream.own", "request.", "query.",
)  # fmt: skip
"""What only a browser or a broken client hears; a terminal that meets one names its class."""

_BY_CLASS: Final[Mapping[type[TocsinError], str]] = {
    Refused: "Відмовлено. ({detail})",
    Malformed: "Не зрозуміло. ({detail})",
    Unavailable: "Зараз неможливо, спробуйте пізніше. ({detail})",
    Corrupt: "Запис не сходиться: зупиніться й покличте людину. ({detail})",
}


def sentence(error: TocsinError) -> str:
    """Write an error for a person: sentence, then code in brackets."""
    if language() == "en":
        return f"{error.sentence} [{error.code}]"
    kinds = (text for kind, text in _BY_CLASS.items() if isinstance(error, kind))
    told = UKRAINIAN.get(error.code) or next(kinds, "{detail}")
    where = getattr(error, "where", "")
    filled = told.replace("{where}", where or "?").replace("{detail}", error.sentence)
    return f"{filled} [{error.code}]"
