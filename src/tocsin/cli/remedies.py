"""
What the doctor says: `found.CODE` for what was found, `mend.CODE` for how to mend it.

In Ukrainian and English; codes and figures come from `tocsin.ops.doctor`.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REMEDIES: Final[Mapping[str, tuple[str, str]]] = {
    "units": ("Б кБ МБ ГБ ТБ", "B kB MB GB TB"),
    "doctor.wrong": ("НЕ ГАРАЗД", "WRONG"),
    "doctor.well": ("Нічого поганого не знайдено.", "Nothing wrong was found."),
    "doctor.ill": ("Не гаразд: {n}.", "Wrong: {n}."),
    "doctor.more": (
        "Назвіть файл запису (--db) або сервер (--url), щоб оглянути і їх.",
        "Name a ledger's file (--db) or a server (--url) to have those looked at too.",
    ),
    "doctor.which": ("Назвіть файл запису.", "Name the ledger's file."),
    "doctor.released": (
        "Резерв звільнено: {n}. Тепер приберіть зайве: удруге резерву не буде.",
        "The reserve is given up: {n}. Now make room: there will be no second one.",
    ),
    "doctor.nothing_released": ("Резерву вже не було.", "There was no reserve any more."),
    # Machine.
    "found.python.optimised": (
        "Python запущено з -O: перевірки цілості вимкнено.",
        "Python runs with -O: the checks of invariants are off.",
    ),
    "mend.python.optimised": (
        "Приберіть -O і змінну PYTHONOPTIMIZE.",
        "Take out -O and the variable PYTHONOPTIMIZE.",
    ),
    "found.sqlite.version": ("SQLite {version}.", "SQLite {version}."),
    "found.sqlite.too_old": (
        "SQLite {version} може пошкодити запис; треба щонайменше {needed}.",
        "SQLite {version} can corrupt a ledger; {needed} or newer is needed.",
    ),
    "mend.sqlite.too_old": (
        "Встановіть новіший пакет apsw: він має власний SQLite.",
        "Install a newer apsw package: it brings its own SQLite.",
    ),
    "found.files.limit": ("Відкритих файлів дозволено: {limit}.", "Open files allowed: {limit}."),
    "found.files.limit_low": (
        "Відкритих файлів дозволено лише {limit}; для всіх з’єднань треба {wanted}.",
        "Only {limit} open files are allowed; all connections need {wanted}.",
    ),
    "mend.files.limit_low": (
        "Збільшіть: `ulimit -Hn {wanted}` або LimitNOFILE={wanted} у службі systemd.",
        "Raise it: `ulimit -Hn {wanted}`, or LimitNOFILE={wanted} in the systemd unit.",
    ),
    "found.clock.nobody_keeps": (
        "Не видно служби точного часу.",
        "Nothing is seen to keep the clock right.",
    ),
    "mend.clock.nobody_keeps": (
        "Увімкніть systemd-timesyncd або chrony: час тривог береться з цього годинника.",
        "Run systemd-timesyncd or chrony: alerts are stamped by this clock.",
    ),
    # Files.
    "found.ledger.missing": ("Файлу запису {path} немає.", "There is no ledger at {path}."),
    "mend.ledger.missing": (
        "Він з’явиться після `tocsin serve` або `tocsin token new`; перевірте назву.",
        "`tocsin serve` or `tocsin token new` makes it; check the name.",
    ),
    "found.ledger.cannot_be_read": (
        "Запис не читається: {sentence} [{error}]",
        "The ledger cannot be read: {sentence} [{error}]",
    ),
    "mend.ledger.cannot_be_read": (
        "Зробіть копію всіх файлів поруч із ним, тоді `tocsin verify`.",
        "Copy all the files beside it first, then run `tocsin verify`.",
    ),
    "found.ledger.mode": ("Права на запис: {mode}.", "The ledger's mode: {mode}."),
    "found.ledger.readable_by_others": (
        "Файл запису {path} можуть читати інші ({mode}).",
        "Others may read the ledger {path} ({mode}).",
    ),
    "mend.ledger.readable_by_others": ("chmod 600 {path}", "chmod 600 {path}"),
    "found.ledger.of_another": (
        "Файл запису {path} належить іншому користувачу.",
        "The ledger {path} belongs to another user.",
    ),
    "mend.ledger.of_another": (
        "Запускайте сервер від його імені або змініть власника (chown).",
        "Run the server as that user, or change the owner (chown).",
    ),
    "found.ledger.not_writable": (
        "У файл запису {path} не можна писати.",
        "The ledger {path} cannot be written to.",
    ),
    "mend.ledger.not_writable": (
        "Дайте серверу право писати у файл і в теку, де він лежить.",
        "Let the server write to the file and to the directory it is in.",
    ),
    "found.key.missing": (
        "Ключа {path} немає: сервер ще не запускали.",
        "There is no key {path}: no server has run on this ledger yet.",
    ),
    "found.key.mode": ("Права на ключ: {mode}.", "The key's mode: {mode}."),
    "found.key.readable_by_others": (
        "Ключ {path} можуть читати інші ({mode}): хто має його, той підписує за сервер.",
        "Others may read the key {path} ({mode}): whoever has it signs for this server.",
    ),
    "mend.key.readable_by_others": (
        "chmod 600 {path}. Якщо його могли скопіювати, замініть його й скажіть усім.",
        "chmod 600 {path}. If it may have been copied, replace it and tell everybody who knows it.",
    ),
    "found.key.of_another": (
        "Ключ {path} належить іншому користувачу.",
        "The key {path} belongs to another user.",
    ),
    "mend.key.of_another": (
        "Запускайте сервер від його імені або змініть власника (chown).",
        "Run the server as that user, or change the owner (chown).",
    ),
    "found.disk.room": ("Вільно на диску: {free}.", "Room on the disk: {free}."),
    "found.disk.filling": (
        "На диску лишилося {free} ({path}).",
        "The disk has {free} left ({path}).",
    ),
    "mend.disk.filling": (
        "Звільніть місце до того, як його забракне вночі.",
        "Make room before it runs out at night.",
    ),
    "found.disk.full": (
        "Диск майже повний: {free} ({path}). Тривоги скоро не записуватимуться.",
        "The disk is nearly full: {free} ({path}). Alerts will soon be refused.",
    ),
    "mend.disk.full": (
        "Звільніть місце зараз. Якщо вже відмовляє: tocsin doctor --db FILE --release-reserve",
        "Make room now. If it refuses already: tocsin doctor --db FILE --release-reserve",
    ),
    "found.disk.networked": (
        "Запис лежить на мережевому диску ({kind}): там він може пошкодитися.",
        "The ledger is on a network file system ({kind}): it can be corrupted there.",
    ),
    "mend.disk.networked": (
        "Перенесіть його на місцевий диск; копії робіть через `tocsin backup`.",
        "Move it to a local disk; make copies with `tocsin backup`.",
    ),
    "found.disk.not_durable": (
        "Запис лежить на {kind}: після вимкнення живлення його може не стати.",
        "The ledger is on {kind}: it may be gone after a power cut.",
    ),
    "mend.disk.not_durable": (
        "Перенесіть його на звичайний диск.",
        "Move it to an ordinary disk.",
    ),
    "found.reserve.held": ("Резерв на диску є.", "The reserve is held."),
    "found.reserve.missing": (
        "Резерву {path} немає: повний диск зупинить запис остаточно.",
        "The reserve {path} is missing: a full disk would stop the record for good.",
    ),
    "mend.reserve.missing": (
        "Звільніть 8 МБ і перезапустіть сервер: він зробить резерв сам.",
        "Make 8 MB of room and start the server again: it makes the reserve itself.",
    ),
    "found.log.size": ("Журнал SQLite: {size}.", "SQLite's log: {size}."),
    "found.log.large": (
        "Журнал SQLite виріс до {size}: хтось довго тримає запис відкритим.",
        "SQLite's log has grown to {size}: somebody keeps the ledger open for long.",
    ),
    "mend.log.large": (
        "Закрийте програми, що читають файл; перезапустіть сервер, коли буде спокійно.",
        "Close what reads the file; start the server again when all is quiet.",
    ),
    # Record.
    "found.record.adds_up": (
        "Кінець запису сходиться: місце {position}, підписаних голів {heads}.",
        "The end of the record adds up: position {position}, {heads} signed heads.",
    ),
    "found.record.does_not_add_up": (
        "Подія {position} не сходиться з ланцюгом.",
        "Event {position} does not fit the chain.",
    ),
    "mend.record.does_not_add_up": (
        "Зупиніть сервер, нічого не змінюйте, зробіть копію файлів, тоді `tocsin verify`.",
        "Stop the server, change nothing, copy the files, then run `tocsin verify`.",
    ),
    "found.record.cut_short": (
        "Кінець запису відрізано: підписано голову на місці {shown}, а останнє місце {last}.",
        "The end was cut off: a head was signed at {shown}, the last position is {last}.",
    ),
    "mend.record.cut_short": (
        "Копію відновлюють через `tocsin restore`. Інакше покличте того, хто відповідає.",
        "A copy is brought back with `tocsin restore`. Otherwise call whoever is responsible.",
    ),
    "found.clock.went_back": (
        "Останню подію записано о {recorded_at}, а годинник показує раніше.",
        "The last event was recorded at {recorded_at}, and the clock shows less.",
    ),
    "mend.clock.went_back": (
        "Поставте годинник правильно, тоді перезапустіть сервер.",
        "Set the clock right, then start the server again.",
    ),
    # Who speaks.
    "found.tokens.in_force": ("Чинних токенів: {tokens}.", "Tokens in force: {tokens}."),
    "found.tokens.none": ("Ніхто не може оголосити тривогу.", "Nobody can raise an alert."),
    "mend.tokens.none": (
        "tocsin token new --db FILE --name NAME --scope alerts:write:UA",
        "tocsin token new --db FILE --name NAME --scope alerts:write:UA",
    ),
    "found.coverage.whole": (
        "Про всі території є кому повідомити.",
        "Somebody is heard about every area.",
    ),
    "found.coverage.nobody": (
        "Про жодну територію ніхто не повідомляє: всюди «невідомо».",
        "Nobody is heard about the country: all of it is unknown.",
    ),
    "found.coverage.gaps": (
        "Територій, про які ніхто не повідомляє: {areas}.",
        "Areas about which nobody is heard: {areas}.",
    ),
    "mend.coverage.gaps": (
        "Які саме: tocsin board --db FILE",
        "Which: tocsin board --db FILE",
    ),
    # Server.
    "found.server.ready": ("Сервер {url} готовий.", "The server {url} is ready."),
    "found.server.not_ready": (
        "Сервер {url} не прийме тривоги: {sentence}",
        "The server {url} would not take an alert: {sentence}",
    ),
    "mend.server.not_ready": (
        "Огляньте його файл: tocsin doctor --db FILE",
        "Have its file looked at: tocsin doctor --db FILE",
    ),
    "found.server.unreachable": (
        "Сервера {url} не дістатися: {sentence}",
        "The server {url} cannot be reached: {sentence}",
    ),
    "mend.server.unreachable": (
        "Чи він запущений? Чи та адреса й порт? Чи не закриває їх брандмауер?",
        "Is it running? Is the address right? Does a firewall close the port?",
    ),
}
