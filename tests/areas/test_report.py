"""
A report is one line a fault, and never more than one can read.

Method: examples.
"""

from __future__ import annotations

from tocsin.areas.report import PROBLEMS_MAX, Problem, Report


def test_a_line_says_where_and_why():
    assert str(Problem("it has no name.", 3)) == "features[3]: it has no name."
    assert str(Problem("it is empty.", 0, "Kyōto")) == "features[0] 'Kyōto': it is empty."
    assert str(Problem("The file is not JSON.")) == "The file is not JSON."


def test_a_notice_does_not_forbid_but_a_problem_does():
    report = Report(notices=["Something."])
    assert report.ok
    report.add("Wrong.")
    assert not report.ok
    assert report.lines() == ["Wrong.", "Something."]


def test_a_thousand_faults_are_a_hundred_lines_and_a_count():
    report = Report()
    for number in range(1000):
        report.add("it is wrong.", number)
    assert report.count == 1000
    assert len(report.lines()) == PROBLEMS_MAX + 1
    assert report.lines()[-1] == "and 900 more"
