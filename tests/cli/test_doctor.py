"""
`tocsin doctor` says what is wrong and how to mend it, and leaves with 1 only where something is.

Method: the verb on good and spoiled files and on a real server; every finding that the doctor can
make must have its words, and every bad one a remedy, in both languages.
"""

import re

import pytest
from tests.cli.terminal import tocsin
from tests.conftest import ROOT

from tocsin.cli.remedies import REMEDIES
from tocsin.ledger.reserve import reserve_path

CALLS = re.compile(r"Finding\(\s*f?\"([a-z_.{}]+)\"(?: if good else \"([a-z_.]+)\")?")


def findings():
    """Read the codes of all findings from the source, the two families of modes spelled out."""
    for name in ("ops/doctor.py", "cli/doctor.py"):
        text = (ROOT / "src" / "tocsin" / name).read_text(encoding="utf-8")
        for found in CALLS.findall(text):
            for code in filter(None, found):
                for what in ("key", "ledger"):
                    yield code.replace("{what}", what)


def test_every_finding_has_its_words():
    codes = set(findings())
    assert {"disk.full", "key.readable_by_others", "sqlite.too_old", "server.ready"} <= codes
    missing = {code for code in codes if f"found.{code}" not in REMEDIES}
    assert not missing
    stale = {key[6:] for key in REMEDIES if key.startswith("found.")} - codes
    assert not stale


def test_everything_wrong_has_a_remedy():
    fine = {"sqlite.version", "files.limit", "key.mode", "ledger.mode", "disk.room", "log.size"}
    fine |= {"reserve.held", "record.adds_up", "tokens.in_force", "coverage.whole", "server.ready"}
    fine |= {"key.missing", "coverage.nobody"}
    missing = {code for code in findings() if code not in fine and f"mend.{code}" not in REMEDIES}
    assert not missing


def test_a_good_ledger_leaves_with_nothing(live):
    told = tocsin("doctor", "--db", live)
    assert told.code == 0
    assert "Nothing wrong was found." in told.out


def test_a_key_that_others_may_read_leaves_with_one_and_says_how_to_mend_it(live):
    key = live.with_name("live.db.key")
    key.write_text("secret")
    key.chmod(0o644)
    told = tocsin("doctor", "--db", live, "--lang", "en")
    assert told.code == 1
    assert "Others may read the key" in " ".join(told.out.split())
    assert f"chmod600{key}" in "".join(told.out.split())
    ukrainian = tocsin("doctor", "--db", live, "--lang", "uk")
    assert "НЕ ГАРАЗД" in ukrainian.out


def test_json_names_each_finding(live):
    told = tocsin("doctor", "--db", live, "--json").json()
    assert told.keys() == {"state", "findings"}
    assert {"code", "state", "facts"} == told["findings"][0].keys()


def test_a_server_is_asked_whether_it_would_take_an_alert(server):
    told = tocsin("doctor", "--url", server.url, "--json").json()
    assert "server.ready" in {f["code"] for f in told["findings"]}


def test_a_server_that_does_not_answer_is_wrong():
    told = tocsin("doctor", "--url", "http://127.0.0.1:1")
    assert told.code == 1
    assert "cannot be reached: does not answer" in " ".join(told.out.split())


@pytest.mark.parametrize("content", [b"", b"A letter. " * 500])
def test_a_file_that_is_no_ledger_is_told_not_raised(tmp_path, content):
    (tmp_path / "t.db").write_bytes(content)
    told = tocsin("doctor", "--db", tmp_path / "t.db", "--json")
    assert told.code == 1
    assert "ledger.cannot_be_read" in {f["code"] for f in told.json()["findings"]}


def test_the_reserve_is_given_up_by_a_persons_decision_and_only_once(live):
    assert reserve_path(live).exists()
    assert "given up" in tocsin("doctor", "--db", live, "--release-reserve").out
    assert not reserve_path(live).exists()
    assert "no reserve any more" in tocsin("doctor", "--db", live, "--release-reserve").out


def test_without_a_file_the_reserve_of_none_is_given_up():
    assert tocsin("doctor", "--release-reserve").code == 2
