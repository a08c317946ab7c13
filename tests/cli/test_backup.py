"""
`tocsin backup` copies the record without its key; `tocsin restore` begins a new epoch from it.

Method: a real ledger is copied and brought back by the verbs, then read by others.
"""

from tests.cli.terminal import tocsin


def epoch(db):
    return tocsin("board", "--db", db, "--json").json()["epoch"]


def test_a_copy_holds_the_record_and_a_restored_one_has_a_new_epoch(live, tmp_path):
    copy, again = tmp_path / "copy.db", tmp_path / "again.db"

    taken = tocsin("backup", copy, "--db", live, "--json")
    back = tocsin("restore", copy, "--db", again, "--json")

    assert (taken.code, back.code) == (0, 0), taken.err + back.err
    assert taken.json() == {"position": 2, "path": str(copy)}
    assert back.json() == {"position": 2, "path": str(again)}
    assert epoch(live) != epoch(again)
    tokens = [tocsin("token", "list", "--db", db, "--json").json() for db in (live, again)]
    assert tokens[0] == tokens[1]
    assert tocsin("verify", "--db", again).code == 0


def test_a_copy_of_a_running_servers_ledger_adds_up_and_has_no_key(server, tmp_path):
    server.clear(server.raise_alert("UA-77").json()["accepted"][0]["id"])
    told = tocsin("backup", tmp_path / "copy.db", "--db", server.db)
    assert "The key is not in it." in told.out
    assert not (tmp_path / "copy.db.key").exists()
    assert tocsin("verify", "--db", tmp_path / "copy.db").code == 0


def test_nothing_is_written_over(live, tmp_path):
    (tmp_path / "copy.db").write_text("a letter")
    told = tocsin("backup", tmp_path / "copy.db", "--db", live)
    assert (told.code, "ledger.file_exists" in told.err) == (1, True)
    assert (tmp_path / "copy.db").read_text() == "a letter"
    told = tocsin("restore", live, "--db", live)
    assert (told.code, "ledger.file_exists" in told.err) == (1, True)


def test_a_copy_that_does_not_add_up_is_not_brought_back(live, tmp_path):
    copy = tmp_path / "copy.db"
    tocsin("backup", copy, "--db", live)
    whole = copy.read_bytes()
    copy.write_bytes(whole.replace(b"operator", b"somebody"))
    told = tocsin("restore", copy, "--db", tmp_path / "again.db")
    assert (told.code, "ledger.backup_damaged" in told.err) == (1, True)
    assert not (tmp_path / "again.db").exists()
