"""
A report counts everything, keeps as much as can be read, and shows nothing unprintable.

Method: more remarks and spellings than it keeps.
"""

import json

from tocsin.intake.register_report import REMARKS_KEPT, SPELLINGS_KEPT, Report, shown


def test_remarks_beyond_what_is_kept_are_still_counted():
    report = Report()
    for row in range(REMARKS_KEPT + 5):
        report.remark(row, "at_sea")
    report.remark(1, "empty")

    assert report.counts == {"at_sea": REMARKS_KEPT + 5, "empty": 1}
    assert len(report.remarks) == REMARKS_KEPT + 1


def test_ways_of_writing_a_field_are_counted_apart_and_bounded():
    report = Report()
    for number in range(SPELLINGS_KEPT + 3):
        report.of("kind").not_understood(f"kind {number}")
    report.of("kind").understood("Підвал\n", "basement")
    report.of("kind").says_nothing()

    kind = report.as_json()["fields"]["kind"]
    assert kind["said"] == {"unknown": SPELLINGS_KEPT + 4, "basement": 1}
    assert kind["silent"] == 1
    assert kind["spellings"] == {"Підвал↵": 1}
    assert kind["not_understood"]["…"] == 3
    assert len(kind["not_understood"]) == SPELLINGS_KEPT + 1


def test_json_has_the_remarks_in_the_order_of_the_rows():
    report = Report(rows=3, listed=2)
    report.remark(3, "at_sea", "1, 2")
    report.remark(2, "empty")
    report.notice("axes_unsure")
    report.notice("axes_unsure")

    told = json.loads(json.dumps(report.as_json()))
    assert [remark["row"] for remark in told["remarks"]] == [2, 3]
    assert told["left_out"] == 1
    assert told["notices"] == ["axes_unsure"]


def test_what_is_shown_is_one_printable_line():
    assert shown("a\x1b[31m\nb") == "a [31m↵b"
    assert len(shown("x" * 1000)) == 80
