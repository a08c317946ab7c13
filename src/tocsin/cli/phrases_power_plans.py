"""What the verbs that plan cuts say, as `phrases` has it for all others: Ukrainian and English."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

POWER_PLANS_PHRASES: Final[Mapping[str, tuple[str, str]]] = {
    "power.shed_takes": (
        "Знімає {megawatts} МВт, потрібно {required} МВт; фідерів: {n}. Можна зняти {could} МВт.",
        "Takes off {megawatts} MW, required {required} MW; feeders: {n}. {could} MW could be.",
    ),
    "power.shed_people": ("Людей на них: {n}.", "People on them: {n}."),
    "power.shed_missing": (
        "Бракує {megawatts} МВт: решта фідерів захищені.",
        "{megawatts} MW are missing: the other feeders are protected.",
    ),
    "power.shed_best": (
        "Шкода {harm}; доведено, що менше не буває.",
        "Harm {harm}; it is proven that no choice has less.",
    ),
    "power.shed_bound": (
        "Шкода {harm}; менше ніж {bound} не буває (вище щонайбільше на {above} %).",
        "Harm {harm}; none is below {bound} (at most {above} % above it).",
    ),
    "power.shed_order": (
        "У такому порядку (фідер, черга):",
        "In this order (feeder, queue):",
    ),
    "power.plan_of": (
        (
            "{date}: шкода {harm}, менше ніж {bound} не буває (вище на {above} %);\n"
            "не подано {energy} МВт·год; відключень: {cuts}."
        ),
        (
            "{date}: harm {harm}, none is below {bound} ({above} % above it);\n"
            "{energy} MWh not delivered; cuts: {cuts}."
        ),
    ),
    "power.plan_because": (
        "Це швидкий план: кращого не знайдено вчасно ({because}).",
        "This is the quick plan: no better one was found in time ({because}).",
    ),
    "power.plan_missing": (
        "Бракує {missing} МВт·год: правила більше не дозволяють.",
        "{missing} MWh are missing: the rules leave no more.",
    ),
    "power.plan_queue": (
        "  {queue}: без світла {off}; частина черги {partly}",
        "  {queue}: off {off}; a part of the queue {partly}",
    ),
    "power.plan_level": (
        "За всі дні без світла від {least:g} до {most:g} год; різниця {spread:g} год.",
        "Over all days off from {least:g} to {most:g} h; {spread:g} h apart.",
    ),
    "power.what_if": (
        (
            "Якби {percent} %: шкода {harm}, межа {bound}, не подано {energy} МВт·год, "
            "відключень {cuts}, бракує {missing} МВт·год."
        ),
        (
            "If it were {percent} %: harm {harm}, bound {bound}, {energy} MWh not delivered, "
            "{cuts} cuts, {missing} MWh missing."
        ),
    ),
    "power.proposal": (
        "Це пропозиція. Вирішує й вимикає людина в енергокомпанії.",
        "This is a proposal. A person at the grid company decides, and switches.",
    ),
    "power.kept_whole": (
        "Усе разом із фідерами записано: {path}. Не показуйте цього файлу.",
        "All of it, with its feeders, is in {path}. Show that file to nobody.",
    ),
    "power.approve_with": (
        "Затвердити: tocsin power approve {path} --operator ID --zone ZONE",
        "To approve it: tocsin power approve {path} --operator ID --zone ZONE",
    ),
    "power.digest": ("SHA-256: {sha}", "SHA-256: {sha}"),
    "power.will_approve": (
        "Буде записано, що ви затвердили план {sha}… для {operator}, зона {zone}.",
        "It will be recorded that you approved the plan {sha}… for {operator}, zone {zone}.",
    ),
    "power.approved": ("Записано: план {sha} затверджено.", "Recorded: plan {sha} is approved."),
    "power.approved_already": ("План {sha} вже затверджено.", "Plan {sha} is approved already."),
    "power.fair_week": (
        (
            "{first} – {last}: без світла від {least} до {most} год, у середньому {mean}; "
            "різниця {spread} год."
        ),
        "{first} – {last}: off from {least} to {most} h, {mean} in the mean; {spread} h apart.",
    ),
    "power.fair_unknown": (
        "  Днів черг, про які нічого не відомо: {n}.",
        "  Days of groups of which nothing is known: {n}.",
    ),
}
