"""
From the drafts of a file to a tree of areas: codes, parents, levels, one root.

A parent may be named by its code or, where only one area above has it, by its name. What has no
code is given one made from its name and said so. Whatever does not fit is a line in the report:
a code used twice, a parent that is not there, a circle of parents, a level left out.
"""

from __future__ import annotations

from collections import Counter

from tocsin.areas.area import Area
from tocsin.areas.gazetteer import Gazetteer
from tocsin.areas.geojson import CODE, Draft, Drafts
from tocsin.areas.names import fold
from tocsin.areas.report import Report
from tocsin.kernel.ids import AreaCode

NOWHERE = "ZZ"
"""What ISO 3166-1 keeps for a country that is not known."""


def plant(drafts: Drafts, report: Report) -> Gazetteer | None:
    """Put the drafts together into one tree; None when the report says why they are none."""
    before = report.count
    fit = all(draft.names and draft.level >= 0 for draft in drafts.features)
    root = _root(drafts, report)
    placed = [draft for draft in drafts.features if draft.level > 0]
    _name(placed, root, report)
    _check_codes([root, *placed], report)
    parents = _parents(placed, root, report)
    _check_levels(placed, parents, root, report)
    report.code, report.name = root.code, root.name
    report.areas = len(placed) + 1
    if report.count > before or not fit:
        return None
    return _grown(placed, parents, root)


def _root(drafts: Drafts, report: Report) -> Draft:
    """Find the country: a feature of level 0, the collection's own members, or its children."""
    roots = [draft for draft in drafts.features if draft.level == 0]
    for other in roots[1:]:
        report.add("it is a second area of level 0; a country has one.", other.number, other.name)
    if roots:
        root = roots[0]
        if not root.code:
            root.code = _country(drafts, report)
        return root
    code = _country(drafts, report)
    return Draft(-1, names=drafts.names or {"": code}, level=0, code=code)


def _country(drafts: Drafts, report: Report) -> str:
    """Find a code for a country that is no feature: as said, as its children say, or none."""
    top = [draft for draft in drafts.features if draft.level == 1]
    said = {draft.parent for draft in top if draft.parent}
    countries = {draft.iso[:2] for draft in top if draft.iso}
    code = drafts.code
    if not code and len(said) == 1:
        code = next(iter(said))
    if not code and len(countries) == 1:
        code = next(iter(countries))
    if code and not CODE.fullmatch(code):
        report.add(f"The country's code {code[:24]!r} cannot be used as one.")
    if not code:
        code = NOWHERE
        report.notices.append(
            f"The file does not say which country it is, so its root is called {NOWHERE}; "
            "give the collection a member `code`, or a feature of level 0."
        )
    return code


def _name(placed: list[Draft], root: Draft, report: Report) -> None:
    """Make codes for areas that have none, from their names."""
    taken = Counter(draft.code.upper() for draft in placed if draft.code)
    made = 0
    for draft in placed:
        if draft.code or not draft.names:
            continue
        word = fold(draft.name).full.upper().replace(" ", "_")[:16]
        if not word.isascii() or not word:
            report.add("it has no code, and none can be made.", draft.number, draft.name)
            continue
        code = f"{root.code[:7]}-{word}"
        if taken[code]:
            report.add("it has no code, and shares its name.", draft.number, draft.name)
        taken[code] += 1
        draft.code = code
        made += 1
    if made:
        report.notices.append(
            f"{made} areas have no code; theirs are made from their names, and change with them."
        )


def _check_codes(drafts: list[Draft], report: Report) -> None:
    """See that no two areas answer to one code, whatever its case and kind."""
    owners: dict[str, Draft] = {}
    for draft in drafts:
        uid = "" if draft.uid is None else str(draft.uid)
        for code in dict.fromkeys((draft.code.upper(), draft.iso, uid)):
            owner = owners.setdefault(code, draft) if code else draft
            if owner is not draft:
                report.add(
                    f"its code {code!r} is that of {_called(owner)} too.",
                    draft.number,
                    draft.name,
                )


def _parents(placed: list[Draft], root: Draft, report: Report) -> dict[int, Draft]:
    """Find each area's parent, by code or by name; by its number in the file."""
    by_code = {draft.code.upper(): draft for draft in (root, *placed) if draft.code}
    by_name: dict[tuple[int, str], list[Draft]] = {}
    for draft in (root, *placed):
        for name in set(draft.names.values()):
            by_name.setdefault((draft.level, fold(name).full), []).append(draft)
    found: dict[int, Draft] = {}
    for draft in placed:
        if not draft.parent:
            if draft.level == 1:
                found[draft.number] = root
            else:
                report.add("it has no parent.", draft.number, draft.name)
            continue
        named = by_name.get((draft.level - 1, fold(draft.parent).full), [])
        parent = by_code.get(draft.parent.upper())
        if parent is None and len(named) == 1:
            parent = named[0]
        if parent is None:
            shown = draft.parent[:60]
            why = "names several areas" if named else "is not in the file"
            report.add(f"its parent {shown!r} {why}.", draft.number, draft.name)
        else:
            found[draft.number] = parent
    return found


def _check_levels(
    placed: list[Draft], parents: dict[int, Draft], root: Draft, report: Report
) -> None:
    """See that going up from an area leads to the root, one level at a time."""
    for draft in placed:
        parent = parents.get(draft.number)
        if parent is None:
            continue
        seen, above = {draft.number}, parent
        while above is not root and above.number in parents and above.number not in seen:
            seen.add(above.number)
            above = parents[above.number]
        if above.number in seen:
            report.add("its parents lead back to itself.", draft.number, draft.name)
        elif parent.level != draft.level - 1:
            report.add(
                f"it is of level {draft.level}, but its parent {_called(parent)} is of level "
                f"{parent.level}; a parent is one level above.",
                draft.number,
                draft.name,
            )


def _grown(placed: list[Draft], parents: dict[int, Draft], root: Draft) -> Gazetteer:
    children: dict[int, list[Draft]] = {}
    for draft in placed:
        children.setdefault(parents[draft.number].number, []).append(draft)
    areas: list[Area] = []
    todo: list[tuple[Draft, AreaCode | None]] = [(root, None)]
    while todo:
        draft, parent = todo.pop()
        code = AreaCode(draft.code)
        iso = draft.iso if draft.level == 1 and draft.iso else None
        areas.append(Area(code, draft.level, _both(draft), parent, iso, draft.uid))
        todo += [(child, code) for child in reversed(children.get(draft.number, []))]
    return Gazetteer(areas)


def _both(draft: Draft) -> dict[str, str]:
    """Give every name a language; Ukrainian and English are never missing."""
    plain = draft.name
    named = {language: name for language, name in draft.names.items() if language}
    return {"uk": plain, "en": plain, **named}


def _called(draft: Draft) -> str:
    return repr(draft.name or draft.code)
