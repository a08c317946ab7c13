"""
The public shape of an area's history: what stood over it and when nobody was heard.

An area's own alerts and those raised for what it lies in, each with how it relates; and the
gaps, since an absent record is not an absent alert (design, section 2, rule 1).
"""

from __future__ import annotations

from typing import Any

from tocsin.alerts.coverage import heard
from tocsin.alerts.history import History, ReadArea, Span
from tocsin.areas.gazetteer import Gazetteer
from tocsin.kernel.ids import AreaCode
from tocsin.kernel.time import Moment
from tocsin.kernel.words import Relation
from tocsin.views.board import alert_shape


def history_shape(
    history: History,
    gazetteer: Gazetteer,
    code: AreaCode,
    between: tuple[Moment, Moment],
    read_area: ReadArea,
) -> dict[str, Any]:
    """Show the alerts that stood over an area in [from, to), by start, and the gaps between."""
    since, until = between
    spans: list[tuple[Span, Relation]] = []
    for above in (code, *gazetteer.lineage(code)):
        relation = Relation.HERE if above == code else Relation.AROUND
        spans += ((s, relation) for s in history.spans(above, since, until, read_area))
    spans.sort(key=lambda pair: (pair[0].alert.since, pair[0].alert.id))
    return {
        "area": gazetteer.get(code).public(),
        "from": since,
        "to": until,
        "alerts": [_span_shape(span, relation, gazetteer) for span, relation in spans],
        "gaps": gaps(history, gazetteer, code, between),
    }


def gaps(
    history: History, gazetteer: Gazetteer, code: AreaCode, between: tuple[Moment, Moment]
) -> list[dict[str, Moment]]:
    """List the times in [from, to) during which nobody was heard about the area."""
    since, until = between
    over = (code, *gazetteer.lineage(code))
    turns = [t for t in history.coverage_changes(over) if since < t < until]
    found: list[dict[str, Moment]] = []
    for start, end in zip([since, *turns], [*turns, until], strict=True):
        if heard(history.sources_at(start), over):
            continue
        if found and found[-1]["to"] == start:
            found[-1]["to"] = end
        else:
            found.append({"from": start, "to": end})
    return found


def _span_shape(span: Span, relation: Relation, gazetteer: Gazetteer) -> dict[str, Any]:
    return {
        **alert_shape(span.alert, gazetteer),
        "relation": relation,
        "until": span.ended_at,
        "ended_by": span.ended_by,
        "ending": span.ending,
        "estimated": span.estimated,
    }
