"""
A report is lines that a person can read: totals, fields, and each kind of remark with its rows.

Method: the report of the sample register, in both languages, and one with more than is shown.
"""

from tests.intake.registers import read

from tocsin.cli.register_lines import ROWS_SHOWN, lines
from tocsin.cli.tongue import speak
from tocsin.intake.register_report import Report


def told(report):
    return "\n".join(lines(report, "22 November 2026", "Ukraine"))


def test_a_report_tells_totals_fields_and_remarks():
    text = told(read("kyiv.csv").report)
    for expected in (
        "Register kyiv: csv, columns of “kyiv”.",
        "Retrieved 22 November 2026.",
        "Rows: 8. Shelters: 7; rows left out: 1.",
        "With coordinates: 0; yet to be located: 7.",
        "Addresses: 6 (written in 7 ways); 1 of them have several shelters, 1 more",
        "(<Null> and others): 22.",
        "Not read, since they hold persons or telephones: Власник.",
        "Nobody states a licence",
        "Kind: basement 3, metro 2, parking 1, unknown 1",
        "not understood: Горище 1",
        "Fit for: air_raid yes 7",
        "7 × without coordinates (rows: 2, 3, 4, 5, 6, 7, 8)",
        "1 × a telephone number where “step-free” is said (rows: 4)",
        "1 × hours not understood “коли є двірник” (rows: 8)",
    ):
        assert expected in text


def test_a_report_is_told_in_ukrainian_too():
    speak("uk")
    text = told(read("tel-aviv.json").report)
    assert "Реєстр tel-aviv: arcgis" in text
    assert "звірено з країною цього реєстру" in text
    assert "Жодна точка не лежить на території країни Ukraine" in text
    assert "1 × реєстр каже, що не готове “לא כשיר לשימוש” (рядки: 2)" in text


def test_of_many_remarks_the_first_rows_are_shown_and_the_rest_counted():
    report = Report(middle=(42, -2))
    for row in range(2, 2 + ROWS_SHOWN + 5):
        report.remark(row, "at_sea", f"{row}.0, 1.0")
    report.notice("axes_unsure")
    text = told(report)
    assert "13 × at sea" in text
    assert "(rows: 2 “2.0, 1.0”, 3 “3.0, 1.0”" in text
    assert "5 more)" in text
    assert "around 42° N 2° W" in text
