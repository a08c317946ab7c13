"""
What the page of a shelter's keeper says: key, Ukrainian, English, as in `phrases.py`.

A keeper reads with one eye, at a door, at night: the word first, then what will happen. What a
button does stands on the button.
Source: design, section 8.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

KEEPER: Final[Mapping[str, tuple[str, str]]] = {
    "keeper": ("Черговий укриття", "Keeper of a shelter"),
    "keeper.about": (
        (
            "Сторінка чергового укриття: відчинено чи зачинено, скільки людей увійшло й вийшло. "
            "Працює й без мережі."
        ),
        (
            "For whoever keeps a shelter: open or closed, how many came in and went out. "
            "Works without a network too."
        ),
    ),
    "keeper.needs_script": (
        (
            "Цій сторінці потрібен JavaScript: без нього телефон не збереже натискань, коли немає "
            "мережі. Увімкніть його або телефонуйте тому, хто дав вам це місце."
        ),
        (
            "This page needs a script: without one the phone cannot keep what you tap while "
            "there is no network. Switch it on, or phone whoever gave you this post."
        ),
    ),
    # How a shelter is: the word, how large it may be (hundredths of the width), running text.
    "state.open": ("Відчинено", "Open"),
    "state.filling": ("Заповнюється", "Filling up"),
    "state.full": ("Немає місць", "Full"),
    "state.closed": ("Зачинено", "Closed"),
    "state.damaged": ("Пошкоджено", "Damaged"),
    "state.unknown": ("Невідомо", "Unknown"),
    "state.practice": ("НАВЧАННЯ", "EXERCISE"),
    # The buttons, and what holding one does.
    "do.open": ("Відчинити", "Open"),
    "do.filling": ("Мало місць", "Filling up"),
    "do.full": ("Немає місць", "Full"),
    "do.closed": ("Зачинити", "Close"),
    "do.damaged": ("Пошкоджено", "Damaged"),
    "then.open": ("Людей направлятимуть сюди.", "People are sent here."),
    "then.filling": ("Людей ще направлятимуть.", "People still come."),
    "then.full": ("Людей направлятимуть далі.", "People are sent on."),
    "then.closed": ("Сюди не направлятимуть.", "Nobody is sent here."),
    "then.damaged": ("Сюди не направлятимуть.", "Nobody is sent here."),
    "hold": ("Утримуйте кнопку секунду.", "Hold a button for a second."),
    "hold.on": ("Тримайте: «{word}». {then}", "Keep holding: “{word}”. {then}"),
    "hold.more": (
        "Задовго не тримали: нічого не змінено. Утримуйте секунду.",
        "Not held for long enough: nothing has changed. Hold for a second.",
    ),
    "hold.again": (
        "Натисніть ще раз: «{word}». {then}",
        "Press once more: “{word}”. {then}",
    ),
    "hold.done": ("Сказано: {word}.", "Said: {word}."),
    "reason": ("Причина (її бачать усі)", "Reason (everybody sees it)"),
    # Since when, and who says so.
    "since": ("з {time}, {by}", "since {time}, {by}"),
    "since.never": ("Ніхто ще не сказав, чи відчинено.", "Nobody has said yet how it is."),
    "since.waits": ("сказано о {time}, ще не надіслано", "said at {time}, not sent yet"),
    "since.practice": (
        "Цього ніхто не побачить: лише запис про навчання.",
        "Nobody is shown this: it is only recorded as an exercise.",
    ),
    "by.official": ("каже влада", "says the authority"),
    "by.operator": ("каже черговий", "says its keeper"),
    "by.sensor": ("каже датчик", "says a sensor"),
    "by.outage": ("через відключення світла", "because of a power cut"),
    "until": (
        "Чинне до {time}: далі буде «невідомо». Скажіть знову.",
        "Holds until {time}, then it is unknown. Say it again.",
    ),
    "reports": (
        "{people} кажуть, що зачинено (останнє — о {time}).",
        "{people} say it is closed, the last at {time}.",
    ),
    # People inside.
    "inside": ("Усередині {n} з {capacity}", "{n} inside of {capacity}"),
    "inside.no_capacity": ("Усередині {n}", "{n} inside"),
    "inside.unknown": (
        "Скільки всередині, невідомо; місць: {capacity}",
        "Nobody knows how many are inside; room for {capacity}",
    ),
    "inside.unknown_all": ("Скільки всередині, невідомо", "Nobody knows how many are inside"),
    "inside.left": ("вільно {n}", "{n} free"),
    "inside.over": ("на {n} більше", "{n} too many"),
    "count.out": ("вийшли", "out"),
    "count.in": ("увійшли", "in"),
    "undo": ("Скасувати: {what}, {time}", "Undo {what}, {time}"),
    "undo.none": ("Нема чого скасовувати", "Nothing to undo"),
    "undo.done": ("Скасовано: {what}", "Undone: {what}"),
    "tapped.in": ("+{n} увійшли", "+{n} in"),
    "tapped.out": ("−{n} вийшли", "−{n} out"),
    "set": ("Скільки всередині насправді", "How many really are inside"),
    "set.button": ("Задати", "Set"),
    "set.note": (
        "Перерахували людей? Далі рахунок піде від цього числа.",
        "Counted heads? Counting goes on from this number.",
    ),
    "awake": ("Не гасити екран (бере заряд)", "Keep the screen on (takes battery)"),
    "tally": (
        "Цей телефон сьогодні: увійшли {entered}, вийшли {left}.",
        "This phone today: {entered} in, {left} out.",
    ),
    # The link and the queue.
    "link.live": ("На зв’язку · {time}", "Connected · {time}"),
    "link.wait": ("З’єднання…", "Connecting…"),
    "link.lost": ("Немає зв’язку з {time}.", "No link since {time}."),
    "link.never": ("Немає зв’язку.", "No link."),
    "link.foreign": (
        "Відповідає не Tocsin (сторінка входу цієї мережі?).",
        "What answers is not Tocsin (this network’s login page?).",
    ),
    "link.busy": (
        "Сервер відповідає, але зараз нічого не приймає.",
        "The server answers, and takes nothing just now.",
    ),
    "link.retry": ("Спробувати", "Try now"),
    "link.back": ("Зв’язок відновлено.", "The link is back."),
    "waits": ("Ще не надіслано: {what}, з {time}.", "{what} wait, since {time}."),
    "waits.one": ("Ще не надіслано: {what}, з {time}.", "{what} waits, since {time}."),
    "waits.sends": ("Надсилається: {what}.", "Sending {what}."),
    "waits.kept": ("Збережено в телефоні.", "Kept on this phone."),
    "quoted": ("«{word}»", "“{word}”"),
    "refused": ("Сервер не прийняв: {what}, {time}.", "The server refused {what}, {time}."),
    "refused.again": ("Надіслати", "Send again"),
    "refused.drop": ("Видалити (тримайте)", "Delete (hold)"),
    "refused.drop.then": ("Ці дані не буде надіслано.", "They will not be sent."),
    "refused.dropped": ("Видалено.", "Deleted."),
    "refused.remit.outside": (
        "Цей токен не для цього укриття або не для цього.",
        "This token is not for this shelter, or not for this.",
    ),
    "refused.shelter.unknown": (
        "Сервер не знає укриття з таким номером.",
        "The server knows no shelter of that id.",
    ),
    "refused.command.time_unlikely": (
        "Це було понад тиждень тому, або годинник телефона хибний.",
        "That was more than a week ago, or this phone’s clock is wrong.",
    ),
    "locked": (
        "Сервер не приймає токена цього телефона. Натискання зберігаються.",
        "The server does not take this phone’s token. What you tap is kept.",
    ),
    "locked.button": ("Інший токен", "Another token"),
    "not_kept": (
        "НЕ ПОРАХОВАНО: телефон не зберіг цього. Закрийте приватне вікно або звільніть місце.",
        "NOT COUNTED: this phone did not keep it. Leave the private window, or free some space.",
    ),
    "insecure": (
        "Адреса без https: не перезавантажуйте сторінку без мережі, вона не відкриється.",
        "No https here: do not reload without a network, the page would not open.",
    ),
    # Setting a phone up.
    "setup.token": ("Токен", "Token"),
    "setup.token.note": (
        (
            "Вставте токен, який вам дали, або наведіть камеру телефона на QR-код. Він лишається "
            "тільки на цьому телефоні."
        ),
        (
            "Paste the token you were given, or point the phone’s camera at the QR code. It stays "
            "on this phone only."
        ),
    ),
    "setup.token.kept": ("Токен є на цьому телефоні.", "This phone has a token."),
    "setup.token.change": ("Замінити", "Change"),
    "setup.token.wrong": (
        "Це не токен: він починається з tcs_.",
        "That is no token: one begins with tcs_.",
    ),
    "setup.forget": (
        "Видалити токен із телефона (тримайте)",
        "Delete the token from this phone (hold)",
    ),
    "setup.forget.then": (
        "Без токена нічого не надсилається. Те, що чекає, лишиться.",
        "Nothing is sent without one. What waits is kept.",
    ),
    "setup.for": ("Для чого зараз?", "What is it for now?"),
    "setup.for.Actual": ("Справжнє чергування", "For real"),
    "setup.for.Exercise": ("Навчання", "An exercise"),
    "setup.for.missing": (
        "Оберіть: справжнє чергування чи навчання.",
        "Choose: for real, or an exercise.",
    ),
    "setup.shelters": ("Ваше укриття", "Your shelter"),
    "setup.search": ("Назва або номер укриття", "Name or id of the shelter"),
    "setup.search.button": ("Знайти", "Find"),
    "setup.search.none": ("Нічого не знайдено.", "Nothing found."),
    "setup.search.failed": (
        "Для пошуку потрібна мережа. Введіть номер цілком і додайте.",
        "Searching needs a network. Type the whole id, and add it.",
    ),
    "setup.add": ("Додати", "Add"),
    "setup.add_id": ("Додати номер «{id}»", "Add the id “{id}”"),
    "setup.drop": ("прибрати", "remove"),
    "setup.drop.label": ("Прибрати: {name}", "Remove {name}"),
    "setup.shelters.missing": ("Оберіть укриття.", "Choose a shelter."),
    "setup.go": ("До дверей", "To the door"),
    "setup.replace": (
        "На цьому телефоні вже є інший токен. Замінити його токеном із посилання?",
        "This phone has another token. Take the one from the link in its place?",
    ),
    "setup.replace.yes": ("Замінити", "Replace"),
    "setup.replace.no": ("Лишити старий", "Keep the old one"),
    "setup.arrived": (
        "Токен із посилання збережено на цьому телефоні.",
        "The token from the link is kept on this phone.",
    ),
    "door.choose": ("Укриття", "Shelter"),
    "door.says": ("Сказати, як тут", "Say how it is"),
    "door.pad": ("Скільки людей увійшло й вийшло", "How many came in and went out"),
    "door.settings": ("Налаштувати", "Set up"),
    "other_language": ("English", "Українська"),
}

KEEPER_COUNTED: Final[Mapping[str, tuple[tuple[str, ...], tuple[str, ...]]]] = {
    "tap": (("натискання", "натискання", "натискань"), ("tap", "taps")),
    "person": (("людина", "людини", "людей"), ("person", "people")),
}
