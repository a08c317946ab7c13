"""
What is said of a register that is brought in: key, Ukrainian, English.

Each remark of a report has one phrase, `register.at.CODE`; what it means is told at length in
docs/reference/registers.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

REGISTERS_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "register.what": (
        "Реєстр {register}: {format}, стовпці «{profile}».",
        "Register {register}: {format}, columns of “{profile}”.",
    ),
    "register.whence": (
        "Джерело: {source}. Ліцензія: {licence}. Отримано {at}.",
        "Source: {source}. Licence: {licence}. Retrieved {at}.",
    ),
    "register.rows": (
        "Рядків: {rows}. Укриттів: {listed}; пропущено рядків: {left_out}.",
        "Rows: {rows}. Shelters: {listed}; rows left out: {left_out}.",
    ),
    "register.located": (
        "З координатами: {located}; ще вказати місце: {unlocated}.",
        "With coordinates: {located}; yet to be located: {unlocated}.",
    ),
    "register.addresses": (
        (
            "Адрес: {addresses} (написано {written} способами); у {buildings} будинках по кілька "
            "укриттів, разом на {repeats} більше, ніж адрес."
        ),
        (
            "Addresses: {addresses} (written in {written} ways); {buildings} of them have several "
            "shelters, {repeats} more than there are addresses."
        ),
    ),
    "register.capacity": (
        "Місць: {capacity} у {known} укриттях; про решту не сказано.",
        "Places: {capacity} in {known} shelters; of the others nobody says.",
    ),
    "register.nulls": (
        "Клітинок, де слово означає «нічого» (<Null> тощо): {n}.",
        "Cells in which a word stands for nothing (<Null> and others): {n}.",
    ),
    "register.dropped": (
        "Не прочитано, бо там люди чи телефони: {columns}.",
        "Not read, since they hold persons or telephones: {columns}.",
    ),
    "register.unread": ("Не прочитано: {columns}.", "Not read: {columns}."),
    "register.judge.areas": (
        "Широту й довготу звірено з деревом територій.",
        "Latitude and longitude were judged against the area tree.",
    ),
    "register.judge.bbox": (
        "Широту й довготу звірено з указаними межами.",
        "Latitude and longitude were judged against the given box.",
    ),
    "register.judge.country": (
        "Широту й довготу звірено з країною цього реєстру.",
        "Latitude and longitude were judged against the country of this register.",
    ),
    "register.judge.land": (
        "Широту й довготу звірено лише з грубою картою суходолу.",
        "Latitude and longitude were judged against a coarse table of land only.",
    ),
    "register.notice.licence_not_stated": (
        "Ліцензії ніхто не називає: так і записано.",
        "Nobody states a licence; that is what is recorded.",
    ),
    "register.notice.axes_unsure": (
        (
            "Точки лежать довкола {middle}, на суходолі в обох порядках. Якщо це не там, широту й "
            "довготу переплутано; --bbox скаже напевно."
        ),
        (
            "The points lie around {middle}, on land either way round. If that is not the place, "
            "latitude and longitude are swapped; --bbox tells for sure."
        ),
    ),
    "register.notice.in_no_area": (
        "Жодна точка не лежить на території країни {country}: чи той --country?",
        "No point lies in an area of {country}: is it the right --country?",
    ),
    "register.spellings": ("написано {n} способами", "written in {n} ways"),
    "register.silent": ("мовчать {n}", "{n} say nothing"),
    "register.strange": ("не зрозуміло: {words}", "not understood: {words}"),
    "register.and_more": ("ще {n}", "{n} more"),
    "register.in_rows": ("рядки: {rows}", "rows: {rows}"),
    "register.recorded": (
        "Записано: нових {listed}, змінених {changed}, вилучених {delisted}.",
        "Recorded: {listed} new, {changed} changed, {delisted} gone.",
    ),
    "register.already": ("Усе вже так записано.", "All of it is so already."),
    "register.dry": ("Нічого не записано (--dry-run).", "Nothing was recorded (--dry-run)."),
    "register.door": ("Записано: {id}, дверей: {n}.", "Recorded: {id}, doors: {n}."),
    "register.door_elsewhere": (
        "Увага: {place} не на території укриття ({area}).",
        "Note: {place} does not lie in the shelter's area ({area}).",
    ),
    "register.at.empty": ("рядок нічого не каже", "says nothing at all"),
    "register.at.excluded": ("реєстр вилучив його", "the register has taken it out"),
    "register.at.repeated": ("той самий рядок ще раз", "the same row again"),
    "register.at.no_place": ("ні координат, ні адреси", "neither coordinates nor an address"),
    "register.at.no_coordinates": ("без координат", "without coordinates"),
    "register.at.not_numbers": ("координати не є числами", "coordinates are no numbers"),
    "register.at.out_of_range": ("координати поза Землею", "coordinates beyond the Earth"),
    "register.at.at_zero": ("координати 0, 0", "coordinates 0, 0"),
    "register.at.row_swapped": (
        "у рядку переплутано широту й довготу; точки не взято",
        "latitude and longitude swapped in the row; its point is not used",
    ),
    "register.at.outside_bbox": (
        "поза межами; точки не взято",
        "outside of the box; its point is not used",
    ),
    "register.at.at_sea": ("у морі; точки не взято", "at sea; its point is not used"),
    "register.at.outside_areas": ("поза деревом територій", "in no area of the tree"),
    "register.at.located_by_file": (
        "знайдено у файлі координат",
        "located by the coordinates file",
    ),
    "register.at.coordinates_unused": (
        "координати, до яких немає рядка",
        "coordinates that fit no row",
    ),
    "register.at.coordinates_contradicted": (
        "дві різні точки на одну адресу; не взято жодної",
        "two points for one address; neither is used",
    ),
    "register.at.cells_odd": (
        "клітинок більше чи менше, ніж у заголовку",
        "more or fewer cells than the heading has",
    ),
    "register.at.phone_in_access": (
        "телефон там, де кажуть про доступ без сходинок",
        "a telephone number where “step-free” is said",
    ),
    "register.at.step_free_not_understood": (
        "не зрозуміло, чи без сходинок",
        "step-free or not: not understood",
    ),
    "register.at.ramp_contradicted": (
        "вид каже «з пандусом», стовпець — що ні; вважаємо невідомим",
        "the kind says “with ramp”, its column says no; taken as unknown",
    ),
    "register.at.kind_not_understood": ("вид не зрозуміло", "kind not understood"),
    "register.at.access_not_understood": (
        "не зрозуміло, кого пускають",
        "whom it lets in: not understood",
    ),
    "register.at.hours_not_understood": ("години не зрозуміло", "hours not understood"),
    "register.at.hours_no_zone": (
        "години зрозуміло, часовий пояс — ні; не взято",
        "hours understood, the time zone is not; not used",
    ),
    "register.at.hours_working_days": (
        "«робочий час» узято як понеділок–п’ятниця",
        "“working hours” are read as Monday to Friday",
    ),
    "register.at.capacity_not_understood": ("місткість не зрозуміло", "capacity not understood"),
    "register.at.capacity_zero": ("місткість 0, як сказано", "a capacity of 0, as it says"),
    "register.at.hazard_not_understood": ("небезпеку не зрозуміло", "hazard not understood"),
    "register.at.value_not_understood": ("значення не зрозуміло", "value not understood"),
    "register.at.not_ready": (
        "реєстр каже, що не готове",
        "the register says that it is not ready",
    ),
    "register.at.name_made": (
        "без назви; названо за адресою чи видом",
        "without a name; called by its address or kind",
    ),
    "register.at.id_repeated": (
        "номер уже був в іншого; додано ще один",
        "its number is another's too; one was added to it",
    ),
    "register.at.phone_removed": ("телефон вилучено з тексту", "a telephone number was taken out"),
    "register.at.mail_removed": ("пошту вилучено з тексту", "a mail address was taken out"),
    "register.at.person_removed": (
        "ім’я людини вилучено з тексту",
        "a person's name was taken out",
    ),
    "register.at.phone_dropped": (
        "телефон у стовпці, якого не прочитано",
        "a telephone number in a column that is not read",
    ),
    "register.at.person_dropped": (
        "ім’я людини у стовпці, якого не прочитано",
        "a person's name in a column that is not read",
    ),
    "register.at.invisible_characters": (
        "невидимі знаки вилучено",
        "invisible characters were taken out",
    ),
    "register.at.cut_short": ("текст задовгий, скорочено", "a text is too long and was cut"),
    "register.name.kind": ("Вид", "Kind"),
    "register.name.hours": ("Години", "Hours"),
    "register.name.access": ("Кого пускають", "Lets in"),
    "register.name.capacity": ("Місткість", "Capacity"),
    "register.name.step_free": ("Без сходинок", "Step-free"),
    "register.name.pets": ("Із твариною", "Pets"),
    "register.name.water": ("Вода", "Water"),
    "register.name.toilet": ("Туалет", "Toilet"),
    "register.name.heating": ("Опалення", "Heating"),
    "register.name.first_aid": ("Аптечка", "First aid"),
    "register.name.network": ("Зв’язок", "Network"),
    "register.name.generator": ("Генератор", "Generator"),
    "register.name.fit": ("Придатне", "Fit for"),
    "register.name.readiness": ("Готовність", "Readiness"),
    "register.said.yes": ("так", "yes"),
    "register.said.no": ("ні", "no"),
    "register.said.unknown": ("невідомо", "unknown"),
    "register.said.said": ("сказано", "said"),
    "register.said.known": ("відома", "known"),
    "register.said.counted_from_area": ("порахована з площі", "counted from area"),
    "register.said.always": ("цілодобово", "always"),
    "register.said.hours": ("за годинами", "by the hour"),
    "register.said.public": ("усіх", "everybody"),
    "register.said.residents": ("мешканців", "residents"),
    "register.said.pupils_and_staff": ("учнів і працівників", "pupils and staff"),
    "register.said.on_order": ("за розпорядженням", "on order"),
    "register.said.metro": ("метро", "metro"),
    "register.said.underpass": ("підземний перехід", "underpass"),
    "register.said.parking": ("паркінг", "parking"),
    "register.said.basement": ("підвал", "basement"),
    "register.said.dual_use": ("подвійного призначення", "dual use"),
    "register.said.dedicated": ("сховище", "dedicated"),
    "register.said.household": ("домашнє", "household"),
    "register.said.mobile": ("мобільне", "mobile"),
}
