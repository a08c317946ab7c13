"""
Settings come from the command line, else the environment, else a file, else a default.

Method: the same setting is given in several places at once, and the stronger one must win; what
is unknown or wrong must be refused with its name.
"""

from __future__ import annotations

import pytest

from tocsin.config import read_settings
from tocsin.kernel.errors import Malformed


@pytest.fixture(autouse=True)
def _no_environment(monkeypatch):
    for name in ("DB", "HOST", "PORT", "COUNTRY"):
        monkeypatch.delenv(f"TOCSIN_{name}", raising=False)


@pytest.fixture
def config(tmp_path):
    """A file with two settings."""
    path = tmp_path / "tocsin.toml"
    path.write_text('host = "127.0.0.2"\nport = 8100\n')
    return path


def test_without_any_wish_the_server_listens_on_this_machine_only():
    assert read_settings().host == "127.0.0.1"


def test_a_file_wins_over_a_default(config):
    settings = read_settings(config)

    assert (settings.host, settings.port) == ("127.0.0.2", 8100)


def test_the_environment_wins_over_a_file(config, monkeypatch):
    monkeypatch.setenv("TOCSIN_PORT", "8200")

    settings = read_settings(config)

    assert (settings.host, settings.port) == ("127.0.0.2", 8200)


def test_the_command_line_wins_over_the_environment(config, monkeypatch):
    monkeypatch.setenv("TOCSIN_PORT", "8200")

    assert read_settings(config, port=8300).port == 8300


def test_what_the_command_line_does_not_say_stays(config):
    assert read_settings(config, host=None).host == "127.0.0.2"


@pytest.mark.parametrize("text", ["prot = 8026", "port = 70000", 'port = "many"'])
def test_an_unknown_or_wrong_setting_is_refused_with_its_name(tmp_path, text):
    path = tmp_path / "tocsin.toml"
    path.write_text(text)

    with pytest.raises(Malformed, match=r"config\.malformed") as refused:
        read_settings(path)

    assert refused.value.where == text.split(" ")[0]


@pytest.mark.parametrize("content", [b"port = ", b"\xff\xfe", None])
def test_a_file_that_cannot_be_read_is_refused_with_its_name(tmp_path, content):
    path = tmp_path / "tocsin.toml"
    if content is not None:
        path.write_bytes(content)

    with pytest.raises(Malformed, match=r"config\.malformed") as refused:
        read_settings(path)

    assert refused.value.where == str(path)
