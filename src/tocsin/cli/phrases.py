"""
What verbs say while and after they work: key, Ukrainian, English.

Words that the pages say too are in `tocsin.web.phrases` and nowhere else; help is in `manual`,
errors are in `sentences`. Nothing here promises that anywhere is safe.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tocsin.cli.phrases_power import POWER_PHRASES
from tocsin.cli.phrases_power_plans import POWER_PLANS_PHRASES
from tocsin.cli.phrases_registers import REGISTERS_PHRASES
from tocsin.cli.phrases_shelters import SHELTERS_PHRASES

PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # Help, and a command line that cannot be read.
    "h.usage": ("Використання", "Usage"),
    "h.arguments": ("Аргументи", "Arguments"),
    "h.options": ("Параметри", "Options"),
    "h.verbs": ("Команди", "Verbs"),
    "h.a_verb": ("КОМАНДА", "VERB"),
    "h.required": ("обов’язково", "required"),
    "h.default": ("звичайно {value}", "default {value}"),
    "h.see": ("Довідка: {command}", "Help: {command}"),
    "h.missing": ("Бракує {name}.", "{name} is missing."),
    "h.no_option": ("Немає параметра {name}.", "There is no option {name}."),
    "h.no_verb": ("Немає команди {name}.", "There is no verb {name}."),
    "h.no_verb_given": ("Бракує команди.", "A verb is missing."),
    "h.too_much": ("Зайве: {name}.", "Too much: {name}."),
    "h.no_value": ("Після {name} має бути значення.", "A value has to follow {name}."),
    "h.perhaps": ("Можливо: {near}?", "Perhaps {near}?"),
    "h.bad_value": ("Хибне значення {name}: {why}", "Wrong value of {name}: {why}"),
    "h.misread": ("Команду не зрозуміло: {why}", "This was not understood: {why}"),
    "aborted": ("Скасовано. Нічого не надіслано.", "Stopped. Nothing was sent."),
    "not_spoken": (
        "Мови «{language}» немає; є uk та en.",
        "“{language}” is not spoken; uk and en are.",
    ),
    "agree": ("Надіслати? Напишіть «так»", "Send it? Type “yes”"),
    "span.hours": ("{h} год {m} хв", "{h} h {m} min"),
    "span.hours_only": ("{h} год", "{h} h"),
    # What things cost.
    "bench.run": ("Прохід {number} із {of}…", "Run {number} of {of}…"),
    "bench.cpu": (
        "роботи процесора на доставку проти межі; щонайбільше {target}",
        "processor time for a delivery, to the floor's; at most {target}",
    ),
    "bench.last": (
        "часу до останнього підписника проти межі; щонайбільше {target}",
        "time to the last subscriber, to the floor's; at most {target}",
    ),
    "bench.control": (
        "межа проти самої себе; поза 0,90–1,12 усе це нічого не каже",
        "the floor to itself; outside 0.90 to 1.12 none of this says anything",
    ),
    "bench.idle": ("пам’яті на підписника, що чекає", "of memory for a subscriber who waits"),
    "bench.last_ms": ("до останнього підписника", "to the last subscriber"),
    "bench.cpu_us": ("роботи процесора на доставку", "of processor time for a delivery"),
    "bench.nchan": (
        "роботи процесора проти nginx із nchan; щонайбільше 0,75",
        "processor time, to that of nginx with nchan; at most 0.75",
    ),
    "bench.without_nchan": (
        "Тут немає nginx із nchan: міряємо без нього (Debian: nginx, libnginx-mod-nchan).",
        "nginx with nchan is not here: measured without (Debian: nginx, libnginx-mod-nchan).",
    ),
    "bench.stalled": (
        "пам’яті сервера на того, хто не читає; щонайбільше 32",
        "of the server's memory for one who does not read; at most 32",
    ),
    "bench.stalled_cpu": (
        "роботи процесора для інших поряд із ними; щонайбільше 1,15",
        "processor time for the others beside them; at most 1.15",
    ),
    "bench.stalled_last": (
        "часу до останнього з інших поряд із ними; щонайбільше 1,15",
        "time to the last of the others beside them; at most 1.15",
    ),
    "bench.unwoken": (
        "прокинулися й не почули найновішого",
        "woke and did not hear what is newest",
    ),
    "bench.lost": ("не дійшло", "not delivered"),
    "bench.void": (
        "Машина надто неспокійна: ці числа нічого не кажуть. Спробуйте ще раз.",
        "The machine was too restless: these figures say nothing. Try again.",
    ),
    "bench.country.needs": (
        (
            "{place}: {streams:,} потоків, {edges} процесорів, {memory_gb:.1f} ГБ;"
            " тривога {alert_gbit_s:.2f} Гбіт/с, пульс {heartbeat_gbit_s:.2f}, сторінки"
            " {page_gbit_s:.1f}; {polls_per_s:,} запитів/с, до країв {origin_per_s:,}\n"
            "  що сталося: почули половина, 99 %, останній; чекання 99 %; усі повернулися; відмов"
        ),
        (
            "{place}: {streams:,} streams, {edges} processors, {memory_gb:.1f} GB;"
            " alert {alert_gbit_s:.2f} Gbit/s, heartbeat {heartbeat_gbit_s:.2f}, pages"
            " {page_gbit_s:.1f}; {polls_per_s:,} polls/s, {origin_per_s:,} reach the edges\n"
            "  what happens: told half, 99 %, the last; wait of 99 %; all back; refused"
        ),
    ),
    "bench.country.title": (
        "Як тривога доходить до підписників одного краю",
        "How an alert reaches the subscribers of one edge",
    ),
    "bench.country.axis": ("мілісекунд після тривоги", "milliseconds after the alert"),
    # Areas.
    "level.0": ("країна", "country"),
    "level.1": ("область або місто зі спеціальним статусом", "region or city with special status"),
    "level.2": ("район", "district"),
    "level.3": ("громада", "community"),
    "areas.none": ("Не знайшли «{text}».", "“{text}” was not found."),
    "areas.several": (
        "Знайдено {n}. Щоб не переплутати, назвіть код.",
        "Found {n}. To be sure of the right one, give its code.",
    ),
    "areas.imported": (
        "Записано {path}: {areas} територій, з них {outlined} з межами.",
        "Wrote {path}: {areas} areas, {outlined} of them with outlines.",
    ),
    "areas.wrong": (
        "{path}: знайдено помилок: {n}. Нічого не записано.",
        "{path}: {n} things are wrong. Nothing was written.",
    ),
    "areas.how_to_use": (
        "Щоб узяти його: --country {path} або TOCSIN_COUNTRY.",
        "To use it: --country {path}, or TOCSIN_COUNTRY.",
    ),
    # Board and history.
    "relation.inside": ("усередині", "inside"),
    "relation.around": ("оголошено ширше", "raised around it"),
    "history.span": ("{start} — {end}", "{start} to {end}"),
    "history.none": (
        "Записів про тривоги немає. Відсутність запису не означає, що тривоги не було.",
        "There is no record of an alert. An absent record is not an absent alert.",
    ),
    "history.from": ("початок", "from"),
    "history.until": ("кінець", "until"),
    "history.lasted": ("тривала", "lasted"),
    "history.what": ("що", "what"),
    "history.stands": ("триває", "stands"),
    "history.gap": ("НЕВІДОМО: немає даних", "UNKNOWN: no data"),
    "history.false": ("хибна тривога, скасовано", "false alert, withdrawn"),
    "history.gave_way": ("поступилося справжній тривозі", "gave way to an actual alert"),
    "history.estimated": ("кінець приблизний", "end estimated"),
    "history.count": (
        "Тривог: {alerts}. Проміжків без даних: {gaps}.",
        "Alerts: {alerts}. Gaps in the data: {gaps}.",
    ),
    # Alerts.
    "alert.areas": (
        "територій: {n}, усередині них ще {inside}",
        "{n} areas, with {inside} more inside them",
    ),
    "alert.area": (
        "1 територія, усередині неї ще {inside}",
        "1 area, with {inside} more inside it",
    ),
    "alert.area_alone": ("1 територія", "1 area"),
    "alert.will_raise.Actual.warning": (
        "СПРАВЖНЯ ТРИВОГА: {hazard}. Людям скажуть негайно йти в укриття: {areas} ({count}).",
        "AN ACTUAL ALERT: {hazard}. People will be told to take shelter now: {areas} ({count}).",
    ),
    "alert.will_raise.Actual.watch": (
        "СПРАВЖНЯ ТРИВОГА: {hazard}. Людям скажуть бути готовими: {areas} ({count}).",
        "AN ACTUAL ALERT: {hazard}. People will be told to be ready: {areas} ({count}).",
    ),
    "alert.will_raise.Exercise.warning": (
        "НАВЧАННЯ: {hazard}. Людям скажуть, що це навчання: {areas} ({count}).",
        "AN EXERCISE: {hazard}. People will be told that this is a drill: {areas} ({count}).",
    ),
    "alert.will_raise.Exercise.watch": (
        "НАВЧАННЯ: {hazard}. Людям скажуть, що це навчання: {areas} ({count}).",
        "AN EXERCISE: {hazard}. People will be told that this is a drill: {areas} ({count}).",
    ),
    "alert.will_raise.Test.warning": (
        "ТЕСТ: {hazard}. Технічна перевірка, без тривоги: {areas} ({count}).",
        "A TEST: {hazard}. A technical check, no alert: {areas} ({count}).",
    ),
    "alert.will_raise.Test.watch": (
        "ТЕСТ: {hazard}. Технічна перевірка, без тривоги: {areas} ({count}).",
        "A TEST: {hazard}. A technical check, no alert: {areas} ({count}).",
    ),
    "alert.will_update": (
        "Усім, хто стежить за територією {area}, буде надіслано зміну тривоги {id}.",
        "Everyone who follows {area} will be sent a change of alert {id}.",
    ),
    "alert.will_clear": (
        "ВІДБІЙ. Людям скажуть, що тривога закінчилася: {area}, тривога {id}.",
        "ALL CLEAR. People will be told that the alert is over: {area}, alert {id}.",
    ),
    "alert.will_correct": (
        "ХИБНА ТРИВОГА. Людям скажуть, що тривога була помилкою: {area}, тривога {id}.",
        "A FALSE ALERT. People will be told that the alert was a mistake: {area}, alert {id}.",
    ),
    "alert.command_id": ("Номер команди: {id}", "Command id: {id}"),
    "alert.stands": (
        "Діє: {area}. Тривога {id}, версія {version}.",
        "Stands: {area}. Alert {id}, version {version}.",
    ),
    "alert.done": (
        "Записано: {area}. Тривога {id}, версія {version}.",
        "Recorded: {area}. Alert {id}, version {version}.",
    ),
    # Tokens.
    "token.sender": ("Джерело називатиметься {sender}.", "The sender will be called {sender}."),
    "token.none": ("Чинних токенів немає.", "No tokens are in force."),
    "token.revoked": (
        "Токен {token} ({sender}) відкликано.",
        "Token {token} ({sender}) is taken back.",
    ),
    "rank.authority": ("влада", "authority"),
    "rank.observer": ("спостерігач", "observer"),
    # Verify.
    "verify.doing": ("Перевірка", "Verifying"),
    "verify.whole": (
        "Запис цілий: нічого не змінено, не вилучено й не переставлено.",
        "The record is whole: nothing was changed, taken out or put elsewhere.",
    ),
    "verify.wanting": ("ЗАПИС НЕ СХОДИТЬСЯ", "THE RECORD DOES NOT ADD UP"),
    "verify.faults": ("помилок: {n}", "{n} faults"),
    "verify.read": (
        "Прочитано подій: {events}, підписаних голів: {heads}.",
        "Read {events} events and {heads} signed heads.",
    ),
    "verify.tree_head": ("Голова дерева: {head}", "Tree head: {head}"),
    "verify.more": ("… і ще {n}.", "… and {n} more."),
    "finding.damaged": ("Файл пошкоджено. {sentence}", ""),
    "finding.schema": ("З файла зникло правило. {sentence}", ""),
    "finding.gap": ("Немає подій з місця {position}.", ""),
    "finding.hash": ("Подію {position} змінено.", ""),
    "finding.chain": ("Подія {position} не продовжує попередню.", ""),
    "finding.version": ("Подія {position} не є наступною версією своєї території.", ""),
    "finding.id": ("Подія {position} має чужий номер.", ""),
    "finding.clock": ("Годинник ішов назад перед подією {position}.", ""),
    "finding.cut": ("Кінець відрізано: була подія {position}.", ""),
    "finding.head": ("Підписана голова на місці {position} була над іншими подіями.", ""),
    "finding.head_unreadable": ("Підписану голову не прочитати. {sentence}", ""),
    "finding.key": ("Ключ не прочитати. {sentence}", ""),
    "finding.key_unknown": ("Голову на місці {position} підписано невідомим ключем.", ""),
    "finding.signature": ("Хибний підпис голови на місці {position}.", ""),
    "finding.epoch": ("Голова на місці {position} з іншої епохи.", ""),
    "finding.command": ("Подія {position} втратила свою команду.", ""),
    "finding.no_key": ("Поруч із записом немає ключа, щоб перевірити голови.", ""),
    "finding.unreadable": ("Файл далі не читається. {sentence}", ""),
    # Replay.
    "replay.doing": ("Повтор", "Replaying"),
    "replay.alerts": ("тривог записано", "alerts recorded"),
    "replay.events": ("подій записано", "events recorded"),
    "replay.known": ("уже було записано", "already recorded"),
    "replay.skipped": ("рядків пропущено", "lines skipped"),
    "replay.more": ("… і ще {n}; усі в --json", "… and {n} more; all of them in --json"),
    # Server.
    "demo.starts": (
        "Повтор 26 січня 2023 року зі справжніх даних. Від {at}, швидкість {speed}.",
        "26 January 2023 again, from real data. From {at}, at speed {speed}.",
    ),
    "demo.schedules_start": (
        "Повтор тижня графіків: Вінниця, від 12 січня 2026 року. Від {at}, швидкість {speed}.",
        "A week of schedules again: Vinnytsia, from 12 January 2026. From {at}, at speed {speed}.",
    ),
    "serve.starts": ("Запис: {db}", "Ledger: {db}"),
    "record.which": (
        "Назвіть файл запису (--db) або базу (--ledger).",
        "Name a ledger's file (--db) or its database (--ledger).",
    ),
    "serve.stop": ("Зупинити: Ctrl-C", "Stop it with Ctrl-C"),
    # Backup.
    "backup.doing": ("Копіювання", "Copying"),
    "backup.done": (
        "Копія до місця {position}: {path}. Ключа в ній немає.",
        "A copy up to position {position}: {path}. The key is not in it.",
    ),
    "restore.done": (
        "Відновлено до місця {position}: {path}. Почалася нова епоха.",
        "Brought back up to position {position}: {path}. A new epoch begins.",
    ),
    # Watch.
    "watch.no_news": (
        "Термінал не отримує новин. Слухайте сирени й радіо.",
        "This terminal gets no news. Listen for sirens and the radio.",
    ),
    "watch.never": ("З’єднання з {server}…", "Connecting to {server}…"),
    **POWER_PHRASES,
    **POWER_PLANS_PHRASES,
    **REGISTERS_PHRASES,
    **SHELTERS_PHRASES,
}
