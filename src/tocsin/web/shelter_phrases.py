"""
The phrases of the shelter pages: key, Ukrainian, English; the same form as `phrases.py`.

Groups that mirror wire words: `door` (states), `kind`, `access`, `because`, `by` (who said it). No
word here promises that a door is open: it says who said so and when. Nothing is translated by a
machine.
Source: design, sections 4 and 8; knowledge file on shelters, part A1.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

SHELTER_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    # The block on the public page, and the view that it opens.
    "take.title": ("Укриття поруч з вами", "Shelters near you"),
    "take.link": ("Укриття", "Shelters"),
    "take.all": ("Усі укриття, карта, шлях", "All shelters, map, the way"),
    "take.none": ("Поруч не знаємо жодного укриття.", "We know of no shelter near here."),
    "take.was": ("Для місця, де ви були {time}.", "For where you were at {time}."),
    "take.late": (
        "Список не отримано. Відкрийте «Усі укриття».",
        "The list did not come. Open “All shelters”.",
    ),
    "shelter.title": ("Найближчі укриття", "Nearest shelters"),
    "shelter.back": ("До стану тривоги", "To the state of alert"),
    "shelter.skip": ("До списку укриттів", "Skip to the list of shelters"),
    "shelter.locate": ("Показати найближчі", "Show the nearest"),
    "shelter.again": ("Оновити моє місце", "Update my position"),
    "shelter.locate_note": (
        "За вашим місцем. Координати округлюються до 100 м, сервер їх не зберігає.",
        "By your position. Coordinates are rounded to 100 m; the server does not keep them.",
    ),
    "shelter.locating": ("Визначаємо ваше місце…", "Finding your position…"),
    "shelter.asking": ("Шукаємо укриття…", "Looking for shelters…"),
    "shelter.denied": (
        "Браузер не надав місця. Дозвольте його або впишіть координати нижче.",
        "The browser gave no position. Allow it, or type coordinates below.",
    ),
    "shelter.as_of": ("Станом на {time}", "As of {time}"),
    "shelter.stale": (
        "Немає зв’язку. Так було о {time}; відтоді могло змінитися.",
        "No connection. It was so at {time}; it may have changed since.",
    ),
    "shelter.many": (
        "Забагато запитів. Наступна спроба через {time}.",
        "Too many questions. Trying again in {time}.",
    ),
    "shelter.wrong_point": (
        "Не зрозуміли координати «{text}».",
        "“{text}” are not coordinates we understand.",
    ),
    "shelter.no_such": ("Такого укриття в списках немає.", "No such shelter is listed."),
    "shelter.unavailable": (
        "Список укриттів зараз недоступний.",
        "The list of shelters cannot be read now.",
    ),
    "shelter.offline": (
        "Мережі немає. Збережене {time}: лише сталі відомості; ніхто не знає, чи відчинено.",
        ("No network. Saved {time}: static facts only; nobody knows whether it is open."),
    ),
    "shelter.offline_none": (
        "Мережі немає, і цю місцевість не збережено. Ідіть до укриття, яке знаєте.",
        "There is no network, and this area was not saved. Go to a shelter that you know.",
    ),
    "shelter.invented": (
        "ВИГАДАНЕ МІСТО: таких укриттів немає.",
        "INVENTED CITY: no such shelters exist.",
    ),
    "shelter.cover": ("Укрийтеся тут і зараз", "Take cover here, now"),
    "shelter.cover_do": (
        "За {time} до укриття не дійти. Дві стіни від вулиці, далі від вікон, на підлогу.",
        (
            "No shelter can be reached in {time}. Two walls between you and the street, "
            "away from windows, down on the floor."
        ),
    ),
    "shelter.none": (
        "Поруч не знаємо жодного укриття. Дві стіни від вулиці, далі від вікон.",
        "We know of no shelter near here. Two walls between you and the street, away from windows.",
    ),
    "shelter.none_filtered": (
        "Зніміть позначки вище, щоб побачити інші.",
        "Clear the choices above to see others.",
    ),
    "shelter.within": ("Часу на дорогу: {time}", "Time to get there: {time}"),
    "shelter.map": ("Карта", "Map"),
    "shelter.map_what": (
        "Вулиці навколо вас, найближчі укриття за номерами й шлях до вибраного. Північ угорі.",
        (
            "The streets around you, the nearest shelters by number, the way to the chosen one. "
            "North is up."
        ),
    ),
    "shelter.map_streets": ("Карта вулиць", "Street map"),
    "shelter.map_nearer": ("Ближче", "Nearer"),
    "shelter.map_farther": ("Далі", "Farther"),
    "shelter.map_ctrl": (
        "Ctrl і коліщатко змінюють масштаб карти",
        "Ctrl and the wheel bring the map nearer",
    ),
    "shelter.map_command": (
        "⌘ і коліщатко змінюють масштаб карти",
        "⌘ and the wheel bring the map nearer",
    ),
    "shelter.map_fingers": ("Карту рухають двома пальцями", "Move the map with two fingers"),
    "shelter.map_from": ("Звідси", "From here"),
    "shelter.map_none": ("Вулиць цього місця немає.", "We have no streets of this place."),
    "shelter.way_straight": (
        "Відстань по прямій: мережі вулиць тут немає.",
        "Distances are straight lines: we have no streets here.",
    ),
    "shelter.you": ("Ви", "You"),
    "shelter.show_way": ("Показати шлях", "Show the way"),
    "shelter.way_shown": ("Шлях на карті", "The way is on the map"),
    "shelter.details": ("Докладно", "Details"),
    "shelter.compass": ("Компас", "Compass"),
    "shelter.compass_what": (
        "Поверніть телефон: стрілка показує на укриття.",
        "Turn the phone: the arrow points to the shelter.",
    ),
    "shelter.compass_none": (
        "Пристрій не має компаса. Стрілки показують так, ніби північ угорі.",
        "This device has no compass. Arrows point as if north were up.",
    ),
    "shelter.straight": ("{metres} по прямій, {wind}", "{metres} straight, {wind}"),
    "shelter.mine": ("Мені потрібно", "I need"),
    "shelter.step_free": ("Без сходинок", "No steps"),
    "shelter.pets": ("Тварина", "With a pet"),
    "shelter.slow": ("Повільно", "Slowly"),
    "shelter.show": ("Показати", "Show"),
    "shelter.elsewhere": ("Інше місце", "Another place"),
    "shelter.point": ("За координатами", "By coordinates"),
    "shelter.lat": ("Широта", "Latitude"),
    "shelter.lon": ("Довгота", "Longitude"),
    "shelter.area": ("Укриття громади чи міста", "Shelters of a community or city"),
    "shelter.area_list": ("Укриття: {area}", "Shelters: {area}"),
    "shelter.area_none": (
        "Для «{area}» укриттів не вказано або їх не показують.",
        "For “{area}” no shelters are listed, or they are not shown.",
    ),
    "shelter.area_static": (
        "Лише сталі відомості, за назвою. Чи відчинено, видно біля найближчих.",
        "Static facts only, by name. Whether one is open is told of the nearest.",
    ),
    "shelter.more": ("Далі", "More"),
    "shelter.source": (
        "Джерело: {source} ({licence}), отримано {day}",
        "Source: {source} ({licence}), retrieved {day}",
    ),
    "shelter.poster": ("Плакат для друку", "Poster to print"),
    "shelter.poster_here": ("Плакат цього кварталу", "Poster of this block"),
    # The demo's invented city.
    "stage.link": ("Вигадане місто: куди ховатися", "An invented city: where to take shelter"),
    "stage.what": (
        "Такого міста немає: у ньому грає цей ранок, і укриття наповнюються.",
        "There is no such city: this morning is played in it, and its shelters fill.",
    ),
    "stage.replay": ("Вигадане місто, минулий час", "Invented city, past time"),
    "stage.stand": ("Станьте тут:", "Stand here:"),
    # One shelter in the list.
    "near.min": ("{m} хв", "{m} min"),
    "near.about": ("близько {m} хв", "about {m} min"),
    "near.m": ("{n} м", "{n} m"),
    "near.km": ("{n} км", "{n} km"),
    "near.where": ("{metres}, {wind}", "{metres}, {wind}"),
    "near.no_way": (
        "пішого шляху не знаємо; {metres} по прямій, {wind}",
        "we know no way on foot; {metres} straight, {wind}",
    ),
    "near.late": ("Далі, ніж устигнете за відведений час", "Further than you can get in time"),
    "near.said": ("{by}, {age}", "{by}, {age}"),
    "near.nobody": ("Ніхто не сказав, чи відчинено", "Nobody has said whether it is open"),
    "near.static": ("Ніхто не знає, чи відчинено", "Nobody knows whether it is open"),
    "near.closed_reports": (
        "{people}, що зачинено; востаннє {age}",
        "{people} it closed; last {age}",
    ),
    "door.open": ("відчинено", "open"),
    "door.filling": ("заповнюється", "filling up"),
    "door.full": ("немає місць", "full"),
    "door.closed": ("зачинено", "closed"),
    "door.damaged": ("пошкоджено", "damaged"),
    "door.unknown": ("невідомо", "not known"),
    "by.official": ("сказала влада", "the authority said so"),
    "by.operator": ("сказав черговий", "its keeper said so"),
    "by.sensor": ("показав датчик", "a sensor said so"),
    "by.outage": ("через відключення світла", "because of a power cut"),
    "kind.metro": ("станція метро", "metro station"),
    "kind.underpass": ("підземний перехід", "underpass"),
    "kind.parking": ("підземний паркінг", "underground car park"),
    "kind.basement": ("підвал", "basement"),
    "kind.dual_use": ("споруда подвійного призначення", "dual-use shelter"),
    "kind.dedicated": ("сховище", "purpose-built shelter"),
    "kind.household": ("укриття будинку", "the house's own shelter"),
    "kind.mobile": ("мобільне укриття", "mobile shelter"),
    "kind.unknown": ("укриття", "shelter"),
    "access.public": ("для всіх", "open to everybody"),
    "access.residents": ("лише для мешканців", "for residents only"),
    "access.pupils_and_staff": ("лише для учнів і працівників", "for pupils and staff only"),
    "access.on_order": ("відчиняють за наказом", "opened on order"),
    "access.unknown": ("кого впускають, невідомо", "whom it lets in is not known"),
    "because.closed": ("Зачинено", "Closed"),
    "because.full": ("Місць немає", "No room left"),
    "because.damaged": ("Пошкоджено", "Damaged"),
    "because.doubted": ("Відомості суперечливі", "What is said of it disagrees"),
    "because.not_admitted": ("Сюди впускають не всіх", "It does not let everybody in"),
    "because.access_unknown": ("Кого впускають, невідомо", "Whom it lets in is not known"),
    "because.shut_by_hours": ("Не в години роботи", "Outside its hours"),
    "because.unfit": ("Не підходить для цієї загрози", "Not fit for this hazard"),
    "because.fit_unknown": (
        "Чи підходить для цієї загрози, невідомо",
        "Whether it is fit for this hazard is not known",
    ),
    "because.not_step_free": ("Є сходинки", "There are steps"),
    "because.step_free_unknown": (
        "Чи є сходинки, невідомо",
        "Whether there are steps is not known",
    ),
    "because.no_pets": ("Без тварин", "No pets"),
    "because.pets_unknown": ("Чи можна з твариною, невідомо", "Whether pets may come is not known"),
    "because.no_power": (
        "Світла може не бути: відключення",
        "It may be without power: an outage",
    ),
    # Compass points, clockwise from north.
    "wind.0": ("на північ", "north"),
    "wind.1": ("на північний схід", "north-east"),
    "wind.2": ("на схід", "east"),
    "wind.3": ("на південний схід", "south-east"),
    "wind.4": ("на південь", "south"),
    "wind.5": ("на південний захід", "south-west"),
    "wind.6": ("на захід", "west"),
    "wind.7": ("на північний захід", "north-west"),
    # Facts.
    "fact.step_free": ("Без сходинок", "Step-free"),
    "fact.pets": ("Можна з тваринами", "Pets may come"),
    "fact.water": ("Вода", "Water"),
    "fact.toilet": ("Туалет", "Toilet"),
    "fact.heating": ("Опалення", "Heating"),
    "fact.first_aid": ("Аптечка", "First aid"),
    "fact.network": ("Мобільний зв’язок", "Phone network"),
    "fact.generator": ("Генератор", "Generator"),
    "fact.kind": ("Вид", "Kind"),
    "fact.address": ("Адреса", "Address"),
    "fact.access": ("Кого впускають", "Whom it lets in"),
    "fact.hours": ("Години", "Hours"),
    "fact.capacity": ("Місць", "Places"),
    "fact.entrances": ("Входи", "Entrances"),
    "fact.entrance": ("Вхід", "Entrance"),
    "fact.area": ("Громада", "Community"),
    "fact.note": ("Примітка", "Note"),
    "fact.always": ("цілодобово", "round the clock"),
    "fact.hours_unknown": ("невідомо", "not known"),
    "said.yes": ("так", "yes"),
    "said.no": ("ні", "no"),
    "said.unknown": ("невідомо", "not known"),
    "basis.area": ("за площею", "by floor area"),
    "basis.estimate": ("за оцінкою", "an estimate"),
    "short.step_free": ("без сходинок", "step-free"),
    "short.steps": ("сходинки", "steps"),
    "short.pets": ("з тваринами", "pets may come"),
    "weekday.1": ("пн", "Mon"),
    "weekday.2": ("вт", "Tue"),
    "weekday.3": ("ср", "Wed"),
    "weekday.4": ("чт", "Thu"),
    "weekday.5": ("пт", "Fri"),
    "weekday.6": ("сб", "Sat"),
    "weekday.7": ("нд", "Sun"),
    # One shelter's own page.
    "own.state": ("Зараз", "Now"),
    "own.facts": ("Про це укриття", "About this shelter"),
    "own.way": ("Шлях від мене", "The way from me"),
    "own.way_far": (
        "Це укриття далі, ніж видно звідси.",
        "This shelter is further than can be seen from here.",
    ),
    "own.report": ("Що ви бачите біля дверей?", "What do you see at the door?"),
    "own.nearest": ("Найближчі укриття до мене", "Nearest shelters to me"),
    "own.until": ("діє до {time}", "good until {time}"),
    # Reports.
    "report.closed": ("Тут зачинено", "It is closed"),
    "report.open": ("Тут відчинено", "It is open"),
    "report.sending": ("Надсилаємо…", "Sending…"),
    "report.sent": (
        "Дякуємо. Інші побачать це поруч зі станом укриття.",
        "Thank you. Others will see it beside the shelter’s state.",
    ),
    "report.many": (
        "Повідомлень забагато, це не прийнято. Спробуйте пізніше.",
        "Too many reports; this one was not taken. Try later.",
    ),
    "report.lost": (
        "Не надіслано: немає зв’язку. Ніхто про це не дізнався.",
        "Not sent: there is no connection. Nobody has learned of it.",
    ),
    "report.refused": ("Не прийнято: {why}", "Not taken: {why}"),
    "report.note": (
        "Без імені: лише випадковий номер, що лежить у цьому браузері.",
        "Without a name: only a random number that lies in this browser.",
    ),
    # The pack for when there is no network.
    "pack.title": ("Без мережі", "Without a network"),
    "pack.what": (
        "Збережіть вулиці й укриття довкола, {km} км: сторінка знайде найближчі сама.",
        "Save the streets and shelters within {km} km: this page then finds the nearest by itself.",
    ),
    "pack.save": ("Зберегти на цьому пристрої", "Save on this device"),
    "pack.save_size": ("Зберегти: {size}", "Save for offline: {size}"),
    "pack.saving": ("Зберігаємо…", "Saving…"),
    "pack.saved": ("Збережено {day}: {size}, {shelters}", "Saved {day}: {size}, {shelters}"),
    "pack.elsewhere": (
        "Збережене — про іншу місцевість, за {km} звідси.",
        "What is saved is of another place, {km} from here.",
    ),
    "pack.delete": ("Видалити збережене", "Delete what is saved"),
    "pack.deleted": ("Видалено.", "Deleted."),
    "pack.failed": ("Не вдалося зберегти.", "It could not be saved."),
    "pack.mb": ("{n} МБ", "{n} MB"),
    # Paper.
    "poster.title": ("Укриття", "Shelter"),
    "poster.nearest": ("Найближчі укриття звідси", "Nearest shelters from here"),
    "poster.walk": ("{m} хв пішки", "{m} min on foot"),
    "poster.scan": (
        "Наведіть камеру телефона: чи відчинено зараз і чи є місце.",
        "Point a phone’s camera here: whether it is open now, and has room.",
    ),
    "poster.scan_near": (
        "Наведіть камеру телефона: що відчинено зараз і як дійти.",
        "Point a phone’s camera here: what is open now, and the way.",
    ),
    "poster.static": (
        "Надруковано {day}. Лише сталі відомості: чи відчинено, папір не знає.",
        "Printed {day}. Static facts only: paper does not know whether a door is open.",
    ),
    "poster.print": ("Надрукувати", "Print"),
    "poster.print_how": (
        "Друк: меню браузера, аркуш A4.",
        "To print: the browser’s menu, a sheet of A4.",
    ),
    "poster.you": ("Ви тут", "You are here"),
    "poster.credit": ("Вулиці: {attribution}", "Streets: {attribution}"),
}

SHELTER_COUNTED: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "people_report": (
        ("людина повідомляє", "людини повідомляють", "людей повідомляють"),
        ("person reports", "people report"),
    ),
    "shelter": (("укриття", "укриття", "укриттів"), ("shelter", "shelters")),
}
