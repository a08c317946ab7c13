"""
The phrases themselves: key, Ukrainian, English. `wording.py` says how they are chosen.

Keys are `group.name`; for a group that mirrors wire words the name is the wire word. A bar breaks
a large word into two lines, chosen so that no line is longer than eight letters: a letter is then
at least 12 % of a phone's width. Nothing here is translated by a machine.
Source: design, sections 4 and 8; the interface of the national alert services for hazards.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # The word: the largest thing on every page.
    "word.warning": ("Тривога", "Alert"),
    "word.watch": ("Увага", "Be|ready"),
    "word.part": ("Тривога|місцями", "Alert|in part"),
    "word.part_watch": ("Увага|місцями", "Be ready|in part"),
    "word.drill": ("НАВЧАННЯ", "EXERCISE"),
    "word.test": ("ТЕСТ", "TEST"),
    "word.unknown": ("Невідомо", "Unknown"),
    "word.calm": ("Немає|тривоги", "No|alert"),
    "word.lost": ("Немає|зв’язку", "Link|lost"),
    "word.country": ("{n} з {all}", "{n} of {all}"),
    "word.country_calm": ("Тривог|немає", "No|alerts"),
    # How large a word may be, in hundredths of the panel's width, so that its longest line fits.
    "size.warning": ("22", "37"),
    "size.watch": ("31", "32"),
    "size.part": ("22", "28"),
    "size.part_watch": ("22", "21"),
    "size.drill": ("16", "19"),
    "size.unknown": ("19", "20"),
    "size.calm": ("22", "30"),
    "size.lost": ("25", "34"),
    "size.country": ("26", "24"),
    "size.country_calm": ("22", "28"),
    # The same states in running text: lists, map, badge, title.
    "state.warning": ("тривога", "alert"),
    "state.watch": ("увага, будьте готові", "be ready"),
    "state.part": ("тривога місцями", "alert in part"),
    "state.part_watch": ("увага місцями", "be ready in part"),
    "state.drill": ("НАВЧАННЯ", "EXERCISE"),
    "state.unknown": ("невідомо", "unknown"),
    "state.calm": ("немає тривоги", "no alert"),
    "state.lost": ("немає зв’язку", "link lost"),
    # Wire words, and what to do: as `alerts/wording.py` says them on every other channel.
    "hazard.air_raid": ("Повітряна тривога", "Air-raid alert"),
    "hazard.artillery": ("Загроза артилерійського обстрілу", "Artillery threat"),
    "hazard.urban_fighting": ("Загроза вуличних боїв", "Threat of street fighting"),
    "hazard.chemical": ("Хімічна загроза", "Chemical threat"),
    "hazard.nuclear": ("Радіаційна загроза", "Radiation threat"),
    "hazard.flood": ("Загроза повені", "Flood threat"),
    "hazard.fire": ("Загроза пожежі", "Fire threat"),
    "hazard.storm": ("Загроза буревію", "Storm threat"),
    "hazard.other": ("Небезпека", "Danger"),
    "threat.drones": ("дрони", "drones"),
    "threat.missiles": ("ракети", "missiles"),
    "threat.ballistic": ("балістика", "ballistic missiles"),
    "threat.bombs": ("авіабомби", "glide bombs"),
    "threat.artillery": ("артилерія", "artillery"),
    "do.warning": ("Негайно прямуйте в укриття.", "Take shelter now."),
    "do.chemical": (
        "Зайдіть до приміщення, зачиніть вікна й двері, вимкніть вентиляцію.",
        "Go indoors, close windows and doors, switch off ventilation.",
    ),
    "do.nuclear": (
        "Зайдіть до приміщення, зачиніть вікна й двері, чекайте вказівок.",
        "Go indoors, close windows and doors, wait for instructions.",
    ),
    "do.flood": ("Підніміться на вище місце.", "Move to higher ground."),
    "do.fire": (
        "Залиште небезпечну зону, прямуйте проти вітру.",
        "Leave the danger zone, move into the wind.",
    ),
    "do.storm": (
        "Залишайтеся в приміщенні, далі від вікон.",
        "Stay indoors, away from windows.",
    ),
    "do.other": ("Виконуйте вказівки влади.", "Follow the authorities' instructions."),
    "do.watch": ("Будьте готові: стежте за повідомленнями.", "Be ready: follow the messages."),
    "do.part": (
        "Якщо ви там, негайно прямуйте в укриття.",
        "If you are there, take shelter now.",
    ),
    "do.part_watch": (
        "Якщо ви там, будьте готові.",
        "If you are there, be ready.",
    ),
    "do.drill": (
        "Це навчання. Справжньої тривоги не оголошено.",
        "This is a drill. No real alert has been announced.",
    ),
    "do.unknown": (
        "Тиша не означає безпеки. Слухайте сирени й радіо.",
        "Silence is not safety. Listen for sirens and the radio.",
    ),
    "do.calm": (
        "Нам не відомо про тривогу. Стежте за сиренами.",
        "We know of no alert. Keep listening for sirens.",
    ),
    "do.lost": (
        "Сторінка не отримує новин. Слухайте сирени й радіо.",
        "This page gets no news. Listen for sirens and the radio.",
    ),
    "shelter_within": ("Часу, щоб дістатися укриття: {time}", "Time to reach shelter: {time}"),
    # Since when.
    "since": ("з {time}, {age}", "since {time}, {age}"),
    "since.plain": ("з {time}", "since {time}"),
    "since.unknown": ("Даних немає від {time}", "No data since {time}"),
    "since.never": ("Даних ще не було", "There has been no data yet"),
    "as_of": ("станом на {time}", "as of {time}"),
    "cleared": ("Відбій тривоги о {time}, {age}", "All clear at {time}, {age}"),
    "zone": ("за Києвом", "Kyiv time"),
    "zone.own": ("у вас {time}", "{time} where you are"),
    "age.now": ("щойно", "just now"),
    "age.min": ("{m} хв тому", "{m} min ago"),
    "age.hours": ("{h} год тому", "{h} h ago"),
    "age.hours_min": ("{h} год {m} хв тому", "{h} h {m} min ago"),
    "age.days": ("{days} тому", "{days} ago"),
    "span.min": ("{m} хв", "{m} min"),
    "span.s": ("{s} с", "{s} s"),
    # Notes below the word.
    "note.around": ("Оголошено для: {areas}", "Raised for: {areas}"),
    "note.inside": ("Де: {areas}", "Where: {areas}"),
    "note.also_inside": ("Окремо оголошено: {areas}", "Raised separately: {areas}"),
    "note.more": ("{areas} і ще {n}", "{areas} and {n} more"),
    "note.part_unknown": ("Немає даних про: {areas}", "No data about: {areas}"),
    "note.silent": (
        "Джерело мовчить; тривог може бути більше.",
        "The source has gone quiet; there may be more alerts.",
    ),
    "note.drill": ("Також іде навчання: {areas}", "A drill is also under way: {areas}"),
    "note.test": ("Технічна перевірка", "Technical test"),
    "note.sender": ("Джерело: {senders}", "Source: {senders}"),
    "note.false_alarm": (
        "Помилкова тривога, скасовано о {time}.",
        "False alarm, withdrawn at {time}.",
    ),
    # Link.
    "link.live": ("На зв’язку", "Connected"),
    "link.wait": ("З’єднання…", "Connecting…"),
    "link.lost": (
        "Зв’язок втрачено. Останнє підтвердження: {time}",
        "Link lost. Last confirmed {time}",
    ),
    "link.last": ("Тоді було: {state}", "At that time: {state}"),
    "link.offline": (
        "Ви не в мережі. Останнє відоме: {time}",
        "You are offline. Last known: {time}",
    ),
    "link.retry": ("Оновити", "Try again"),
    # Replay and the past.
    "replay": ("ПОВТОР", "REPLAY"),
    "replay.what": ("Справжні дані, минулий час", "Real data, past time"),
    "past": ("МИНУЛЕ", "THE PAST"),
    "past.what": ("Так було тоді, не зараз", "As it was then, not now"),
    "past.now": ("До поточного часу", "Back to now"),
    # My area.
    "ask": ("Де ви?", "Where are you?"),
    "ask.more": ("Знайти інше місце", "Find another place"),
    "ask.label": (
        "Область, район, громада або місто",
        "Region, district, community or city",
    ),
    "ask.button": ("Знайти", "Find"),
    "ask.here": ("За моїм місцем", "Use my location"),
    "ask.here_note": (
        "Координати округлюються до 100 м і не зберігаються.",
        "Coordinates are rounded to 100 m and are not kept.",
    ),
    "ask.here_denied": (
        "Браузер не надав місця. Впишіть назву.",
        "The browser gave no location. Type a name.",
    ),
    "ask.found": ("Оберіть своє місце", "Choose your place"),
    "ask.none": ("Не знайшли «{text}». Перевірте назву.", "“{text}” was not found."),
    "ask.none_point": ("Ця точка поза країною.", "That point is outside the country."),
    "ask.unknown_code": ("Немає місця з кодом «{text}».", "There is no place with code “{text}”."),
    "mine": ("Мої місця", "My places"),
    "mine.drop": ("прибрати", "remove"),
    "mine.keep": ("Запам’ятати на цьому пристрої", "Remember on this device"),
    "mine.remove": ("Прибрати: {area}", "Remove {area}"),
    "mine.forget": ("Забути всі місця", "Forget all places"),
    "mine.country": ("Уся країна", "The whole country"),
    # The country.
    "country": ("Україна", "Ukraine"),
    "country.under": (
        "Україна: тривога в {n} з {regions}",
        "Ukraine: {n} of {regions} under alert",
    ),
    "country.warning": ("Тривога: {regions}", "Alert: {regions}"),
    "country.calm": ("Тривог немає", "No alerts"),
    "country.line": ("Регіони під тривогою", "Regions under alert"),
    "country.part": ("Місцями: {regions}", "In part: {regions}"),
    "country.unknown": ("Невідомо: {regions}", "Unknown: {regions}"),
    "map": ("Карта тривог по районах", "Map of alerts by district"),
    "map.skip": ("Пропустити карту", "Skip the map"),
    "map.hint": (
        "Торкніться району, щоб побачити назву. Список нижче каже те саме.",
        "Tap a district to see its name. The list below says the same.",
    ),
    "map.choose": ("Обрати", "Choose"),
    "map.credit": ("Межі: © учасники OpenStreetMap", "Boundaries: © OpenStreetMap contributors"),
    "list": ("Те саме списком", "The same as a list"),
    "list.all": ("усі райони", "all districts"),
    "list.only": ("райони: {areas}", "districts: {areas}"),
    "legend": ("Позначки", "Key"),
    "day": ("Перебіг доби", "Through the day"),
    "day.slider": ("Час доби", "Time of day"),
    "day.date": ("Дата", "Date"),
    "day.show": ("Показати", "Show"),
    "day.graph": (
        "Скільки регіонів було під тривогою протягом доби; найбільше {most} о {time}",
        "How many regions were under alert through the day; at most {most}, at {time}",
    ),
    # Sound.
    "sound.on": ("Увімкнути звук", "Turn sound on"),
    "sound.off": ("Вимкнути звук", "Turn sound off"),
    "sound.stop": ("Зупинити звук", "Stop the sound"),
    "sound.note": (
        "Звучить, доки сторінка відкрита; це доповнення, не заміна сирени.",
        "Works while the page is open; an addition to sirens, not a replacement.",
    ),
    # Around the page.
    "title": ("Тривога: Тоскін", "Alert: Tocsin"),
    "skip": ("До стану", "Skip to the state"),
    "other_language": ("English", "Українською"),
    "wall": ("На стіну", "Wallboard"),
    "picture": ("Карта картинкою", "The map as a picture"),
    "open_data": ("Відкриті дані", "Open data"),
    "about": (
        "Тоскін доповнює сирени й офіційні канали, не замінює їх.",
        "Tocsin adds to sirens and official channels; it does not replace them.",
    ),
    "rtl_proof": (
        "Проба письма справа наліво; тільки для перевірки.",
        "Right-to-left proof; for checking only.",
    ),
    "wrong_time": ("Не зрозуміли час «{text}».", "“{text}” is not a time we understand."),
    "wrong_width": ("Ширина — від {least} до {most}.", "The width is {least} to {most}."),
}

COUNTED: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "oblast": (("область", "області", "областей"), ("region", "regions")),
    "region": (("регіон", "регіони", "регіонів"), ("region", "regions")),
    "of_regions": (("регіону", "регіонів", "регіонів"), ("region", "regions")),
    "district": (("район", "райони", "районів"), ("district", "districts")),
    "community": (("громада", "громади", "громад"), ("community", "communities")),
    "day": (("день", "дні", "днів"), ("day", "days")),
}
