"""
Help: what each verb and option is for, in Ukrainian and English. Keys of options begin with `o.`.

The first line of a verb's text is what `tocsin --help` shows for it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from tocsin.cli.manual_power import POWER_MANUAL
from tocsin.cli.manual_power_plans import POWER_PLANS_MANUAL
from tocsin.cli.manual_registers import REGISTERS_MANUAL
from tocsin.cli.manual_shelters import SHELTERS_MANUAL

MANUAL: Final[Mapping[str, tuple[str, str]]] = {
    "tocsin": (
        "Тоскін попереджає людей територія за територією й зберігає запис того, що сталося.",
        "Tocsin warns people area by area and keeps the record of what happened.",
    ),
    "demo": (
        "26 січня 2023 року зі справжніх даних, у браузері.",
        "26 January 2023 from real data, in a browser.",
    ),
    "serve": (
        "Сервер: сторінка, API, потік.\nSIGUSR2 оновлює його двері; звичайні з’єднання тривають.",
        "The server: page, API, stream.\nSIGUSR2 renews its door; plain connections go on.",
    ),
    "replay": (
        "Справжня історія тривог у власний файл запису.\nНезрозумілі рядки перелічуються.",
        "Real alert history into a ledger of its own.\nLines that cannot be read are listed.",
    ),
    "board": (
        "Що діє зараз або діяло в певну мить.",
        "What stands now, or stood at a moment.",
    ),
    "edge": (
        (
            "Ще одні двері: слухає сервер і каже всім, хто слухає їх. Тривоги\n"
            "оголосити не може. Другі за тією ж адресою перебирають з’єднання перших."
        ),
        (
            "Another door: it hears a core and tells all who listen. It can sound\n"
            "no alarm. A second one at the same address takes over from the first."
        ),
    ),
    "history": (
        "Тривоги однієї території та проміжки без даних.",
        "Alerts of an area, with coverage gaps said.",
    ),
    "alert": (
        "Оголосити, змінити, скасувати або виправити тривогу через HTTP.",
        "Raise, update, clear or correct an alert, over HTTP.",
    ),
    "alert.raise": (
        "Оголосити тривогу на всіх названих територіях або на жодній.\nСтатус назвіть самі.",
        "Raise an alert in all of the named areas, or in none.\nStatus has no default.",
    ),
    "alert.update": ("Змінити тривогу, що діє.", "Change an alert that stands."),
    "alert.clear": ("Дати відбій.", "Give the all-clear."),
    "alert.correct": ("Сказати, що тривога була хибною.", "Say that an alert was false."),
    "areas": ("Знайти територію; додати іншу країну.", "Find an area; import another country."),
    "areas.find": (
        "Знайти територію за назвою, кодом або точкою.",
        "Find an area by name, code or point.",
    ),
    "areas.import": (
        "Зробити пакет країни з GeoJSON.\nЯкщо у файлі помилки, їх названо й нічого не записано.",
        "Make a country pack from GeoJSON.\nWhere the file is wrong nothing is written.",
    ),
    "token": ("Хто може говорити: токени.", "Who may speak: tokens."),
    "token.new": (
        "Зробити токен і надрукувати лише його.\nПрацює поруч із сервером, запущеним чи ні.",
        "Make a token and print it alone.\nWorks beside a stopped or running server.",
    ),
    "token.list": ("Чинні токени без їхніх таємниць.", "Tokens in force, without their secrets."),
    "token.revoke": ("Відкликати токен.", "Take a token back."),
    "verify": (
        "Чи сходиться запис: ланцюг, дерево, голови, підписи.",
        "Whether the record adds up: chain, tree, heads, signatures.",
    ),
    "watch": (
        "Територія наживо в терміналі.\nКілька територій: найбільшою показано найнебезпечнішу.",
        "An area, live in a terminal.\nOf several areas the most dangerous is shown largest.",
    ),
    "doctor": (
        "Що не так і як це виправити.",
        "What is wrong, and how to mend it.",
    ),
    "backup": (
        "Копія запису, зроблена під час роботи сервера.",
        "A copy of the ledger, made while a server runs.",
    ),
    "restore": (
        "Відновити запис із копії, у новій епосі.",
        "Bring a ledger back from a copy, in a new epoch.",
    ),
    "bench": (
        "Скільки що коштує на цій машині.",
        "What things cost on this machine.",
    ),
    "bench.fanout": (
        "Ціна слова всім підписникам, проти програми на C.\nПотрібні cc і два процесори.",
        "What telling all subscribers costs, against a C program.\nIt needs cc and two processors.",
    ),
    "bench.country": (
        "Скільки потрібно селу, місту й країні з 30 мільйонів телефонів, і що там буде за тривоги.",
        "What a village, a city and a country of 30 million phones need, and what an alarm does.",
    ),
    # Options.
    "o.help": ("Показати цю довідку.", "Show this help."),
    "o.version": ("Показати версію.", "Show the version."),
    "o.lang": ("Мова: uk або en; звичайно за LANG.", "Language: uk or en; by LANG otherwise."),
    "o.install_completion": (
        "Додати доповнення команд до вашої оболонки (bash, zsh, fish).",
        "Install completion for your shell (bash, zsh, fish).",
    ),
    "o.show_completion": (
        "Показати доповнення для вашої оболонки.",
        "Show the completion for your shell.",
    ),
    "o.subscribers": ("Скільки підписників у кожного.", "How many subscribers each has."),
    "o.form": ("Як вони слухають: sse або websocket.", "How they listen: sse or websocket."),
    "o.tls": ("Власний TLS краю, проти OpenSSL у C.", "The edge's own TLS, against OpenSSL in C."),
    "o.nchan": (
        "Ще й проти nginx із nchan, якщо він тут є; лише sse.",
        "Against nginx with nchan too, where it is installed; sse only.",
    ),
    "o.stalled": (
        "Скільки ще тих, хто не читає; не з TLS.",
        "How many more who do not read; not with TLS.",
    ),
    "o.seed": ("З чого починати випадок.", "What chance begins with."),
    "o.picture": ("Куди намалювати країну, SVG.", "Where to draw the country, as SVG."),
    "o.feed_from": (
        "Звідки слухати: unix:ШЛЯХ, nats://… (через кому) або https://…",
        "Where it hears the core: unix:PATH, nats://… (comma-separated) or https://…",
    ),
    "o.core": (
        "Куди передавати решту: unix:ШЛЯХ або http://ХОСТ:ПОРТ; кілька — у запас.",
        "Where all else goes: unix:PATH or http://HOST:PORT; several stand by for one another.",
    ),
    "o.key": (
        "Відкритий ключ сервера (public_key з /.well-known/tocsin.json).",
        "The core's public key (public_key of /.well-known/tocsin.json).",
    ),
    "o.edge_token": (
        "Файл із токеном edges:feed: з https:// дізнаватися, хто тут сирени, щоб казати їм першим.",
        "File with an edges:feed token: to learn over https:// who is a siren, and tell it first.",
    ),
    "o.tls_certificate": (
        "Ланцюг сертифікатів PEM, щоб самому говорити https.",
        "Chain of certificates, PEM, to speak https itself.",
    ),
    "o.tls_key": ("Ключ сертифіката, PEM.", "The certificate's key, PEM."),
    "o.metrics": (
        "Порт /metrics на 127.0.0.1; 0 — без нього.",
        "Port of /metrics on 127.0.0.1; 0 leaves it out.",
    ),
    "o.connections_max": ("Скільки з’єднань водночас.", "Connections at once."),
    "o.connections_per_address": (
        "Скільки з однієї адреси.",
        "Connections at once from one address.",
    ),
    "o.db": ("Файл запису.", "The ledger's file."),
    "o.json": ("Надрукувати JSON у формі API.", "Print JSON in the shape of the API."),
    "o.country": (
        "Пакет країни: UA або файл з `areas import`.",
        "Country pack: UA, or a file of `areas import`.",
    ),
    "o.url": ("Адреса сервера.", "The server's address."),
    "o.yes": ("Не перепитувати.", "Do not ask again."),
    "o.at": (
        "Мить, RFC 3339, наприклад 2023-01-26T06:15:00Z.",
        "A moment, RFC 3339, for instance 2023-01-26T06:15:00Z.",
    ),
    "o.area": (
        "Територія: код (KATOTTH, ISO, uid) або назва; можна кілька разів.",
        "An area: a code (KATOTTH, ISO, uid) or a name.",
    ),
    "o.areas": (
        "Території: коди або назви; можна кілька.",
        "Areas: codes or names; any number of them.",
    ),
    "o.watch_areas": ("Території: коди або назви.", "Areas: codes or names."),
    "o.from": (
        "Від якої миті; звичайно від початку запису.",
        "From when; from the start otherwise.",
    ),
    "o.to": ("До якої миті; звичайно донині.", "Until when; until now otherwise."),
    "o.find_text": ("Назва, код або точка (широта,довгота).", "A name, a code, or a point."),
    "o.geojson": ("Файл GeoJSON.", "A GeoJSON file."),
    "o.pack_to": ("Куди записати пакет.", "Where to write the pack."),
    "o.pack_name": ("Назва країни українською.", "The country's name."),
    "o.name": (
        "Організація, що говоритиме: джерело тривог.",
        "The organisation that will speak: the sender of its alerts.",
    ),
    "o.scope": (
        "Що дозволено й де, наприклад alerts:write:UA.",
        "What is allowed and where, for instance alerts:write:UA.",
    ),
    "o.rank": (
        "authority (влада) або observer (спостерігач).",
        "authority or observer.",
    ),
    "o.token_half": ("Токен або його перші 12 знаків.", "The token, or its first 12 digits."),
    "o.witness": (
        "Підписана голова, яку зберіг хтось інший (JSON пульсу).",
        "A signed head that somebody else kept (the JSON of a heartbeat).",
    ),
    "o.files": ("Файли CSV, також .gz.", "CSV files, also .gz."),
    "o.until": ("Залишити поза записом усе, що пізніше.", "Leave out what happened later."),
    "o.covers": (
        "За який час дані повні; звичайно від першого до останнього часу у файлі.",
        "When the sources were heard; from the first to the last time of the file otherwise.",
    ),
    "o.strict": (
        "Не записувати нічого, якщо якийсь рядок не зрозуміти.",
        "Record nothing where a line cannot be read.",
    ),
    "o.token": ("Токен організації.", "The organisation's token."),
    "o.command_id": (
        "UUID команди; той самий діє лише раз.",
        "UUID of the command; the same one acts once.",
    ),
    "o.alert": (
        "Номер тривоги, або територія, де вона одна.",
        "The alert's id, or an area that has just one.",
    ),
    "o.text": (
        "Власні слова, наприклад uk=Тривога; можна кілька разів.",
        "Words of your own, for instance uk=Тривога; may be repeated.",
    ),
    "o.hazard": (
        "air_raid, artillery, urban_fighting, chemical, nuclear, flood, fire, storm, other.",
        "air_raid, artillery, urban_fighting, chemical, nuclear, flood, fire, storm, other.",
    ),
    "o.level": (
        "watch (бути готовими) або warning (в укриття зараз).",
        "watch (be ready) or warning (take shelter now).",
    ),
    "o.status": (
        "Actual (справжня), Exercise (навчання) або Test (перевірка).",
        "Actual, Exercise or Test.",
    ),
    "o.threat": (
        "drones, missiles, ballistic, bombs або artillery.",
        "drones, missiles, ballistic, bombs or artillery.",
    ),
    "o.reason": ("Чому.", "Why."),
    "o.bell": ("Дзвонити при кожній зміні.", "Ring the terminal's bell at each change."),
    "o.speed": (
        "У скільки разів швидше йде годинник; 0 — стоїть.",
        "How many times faster the clock goes; 0 stands still.",
    ),
    "o.demo_at": (
        "З якої миті: RFC 3339 або ГГ:ХХ за Києвом того (першого) дня.",
        "From when: RFC 3339, or HH:MM in Kyiv on that (the first) day.",
    ),
    "o.demo_schedules": (
        "Натомість тиждень графіків відключень: Вінниця, від 12 січня 2026 року.",
        "A week of schedules of power cuts in its place: Vinnytsia, from 12 January 2026.",
    ),
    "o.port": ("Порт.", "Port."),
    "o.host": ("Адреса, на якій слухати.", "Address to listen on."),
    "o.config": ("Файл налаштувань TOML.", "Settings in a TOML file."),
    "o.ledger": (
        "Запис у PostgreSQL замість файлу: postgresql://…",
        "A ledger in PostgreSQL in place of a file: postgresql://…",
    ),
    "o.key_file": (
        "З --ledger: ключ підпису; голови й черга лежать поруч.",
        "With --ledger: the key that signs; heads and spool lie beside it.",
    ),
    "o.bus": ("Сервери NATS, через кому.", "NATS servers, by commas."),
    "o.copy": ("Файл копії.", "The copy's file."),
    "o.release_reserve": (
        "Звільнити резерв на повному диску; наступного разу резерву не буде.",
        "Give the reserve up on a full disk; next time there will be none.",
    ),
    **POWER_MANUAL,
    **POWER_PLANS_MANUAL,
    **REGISTERS_MANUAL,
    **SHELTERS_MANUAL,
}
