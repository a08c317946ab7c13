"""
Progress is drawn for a person and for nobody else.

Method: in this process standard error is no terminal; `test_replay.py` looks at a real one.
"""

from tocsin.cli.progress import counting, stages


def test_without_a_terminal_nothing_is_drawn(capsys):
    with counting("Working") as progress:
        progress(1, 2)
    with stages() as progress:
        progress("looking", 0.5)
    assert capsys.readouterr() == ("", "")


def test_for_a_machine_nothing_is_drawn(capsys):
    with counting("Working", quiet=True) as progress:
        progress(2, 2)
    assert capsys.readouterr() == ("", "")
