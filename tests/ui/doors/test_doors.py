"""Who may enter, how often they may ask, and which addresses a reader may follow."""

import base64
import hashlib
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import SettingsError
from ui.doors.auth import Users, hash_password, read_users
from ui.doors.guard import sign, verify
from ui.doors.rate_limit import RateLimit, TooMany
from ui.html import web_address
from ui.page import address_of, is_open_to_all, listen
from ui.settings import UISettings


def test_users_come_from_a_file_of_hashes_and_from_the_environment(tmp_path: Path):
    file = tmp_path / "users"
    file.write_text(f"# team\nada:{hash_password('lovelace')}\n\n")
    users = read_users(file, {"PAPERCHAT_USERS": "bob:builder, eve:x:y"})
    assert users.check("ada", "lovelace")
    assert users.check("bob", "builder")
    assert users.check("eve", "x:y")
    assert not users.check("ada", "builder")
    assert not users.check("nobody", "lovelace")


def test_the_same_password_has_another_hash_each_time():
    assert hash_password("lovelace") != hash_password("lovelace")


def test_without_file_and_variable_there_are_no_users():
    assert not read_users(None, {})


@pytest.mark.parametrize("content", ["ada\n", "ada:lovelace\n", ":scrypt$a$b\n", "", "# nobody\n"])
def test_a_file_without_hashes_is_an_error_that_says_how_to_make_one(tmp_path: Path, content: str):
    file = tmp_path / "users"
    file.write_text(content)
    with pytest.raises(SettingsError, match=r"python -m ui\.doors NAME"):
        read_users(file, {})


def test_a_missing_file_is_an_error(tmp_path: Path):
    with pytest.raises(SettingsError, match="can't be read"):
        read_users(tmp_path / "absent", {})


def test_a_token_holds_for_its_secret_its_time_and_its_password_only():
    users = Users({"ada:b": "hash one"})
    token = sign("ada:b", b"secret", users.stamp("ada:b"))
    assert verify(token, b"secret", users) == "ada:b"
    assert verify(token, b"other", users) == ""
    assert verify(token, b"secret", users, seconds=-1) == ""
    assert verify(token, b"secret", Users({"ada:b": "hash two"})) == ""
    assert verify(token, b"secret", Users({})) == ""


@given(st.text(max_size=60))
def test_a_made_up_token_names_nobody(token: str):
    assert verify(token, b"secret", Users({"": "", "ada": "x"})) == ""


OLD_HASH = "scrypt$" + "$".join(
    base64.b64encode(part).decode() for part in (b"salt", hashlib.scrypt(b"lovelace", salt=b"salt", n=2**14, r=8, p=1))
)


def test_a_hash_of_an_earlier_version_still_lets_in_and_is_renewed(tmp_path: Path):
    file = tmp_path / "users"
    file.write_text(f"# team\nada:{OLD_HASH}\nbob:{hash_password('builder')}\n")
    users = read_users(file, {})
    assert not users.check("ada", "byron")
    assert OLD_HASH in file.read_text()
    assert users.check("ada", "lovelace")
    assert OLD_HASH not in file.read_text()
    assert file.read_text().startswith("# team\nada:$argon2id$")
    again = read_users(file, {})
    assert again.check("ada", "lovelace")
    assert again.check("bob", "builder")


def test_a_client_has_so_many_requests_a_minute():
    now = [0.0]
    limit = RateLimit(2, clock=lambda: now[0])
    limit.count("ada")
    now[0] = 20
    limit.count("ada")
    limit.count("bob")
    with pytest.raises(TooMany, match="40 seconds"):
        limit.count("ada")
    now[0] = 60.5
    limit.count("ada")
    with pytest.raises(TooMany):
        limit.count("ada")


@pytest.mark.parametrize("url", ["https://arxiv.org/abs/1", "http://example.org/a?b=c", " HTTPS://example.org "])
def test_http_addresses_may_be_followed(url: str):
    assert web_address(url) == url.strip()


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JaVaScRiPt://x/%0aalert(1)",
        "data:text/html,x",
        "//example.org",
        "/x",
        "",
        "http://[",
        "java\nscript:x",
    ],
)
def test_others_may_not(url: str):
    assert web_address(url) == ""


def test_a_page_for_others_without_users_is_open_to_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    assert is_open_to_all(UISettings(host="0.0.0.0"))
    assert is_open_to_all(UISettings(host="::"))
    assert not is_open_to_all(UISettings())
    (tmp_path / "users").write_text(f"ada:{hash_password('lovelace')}\n")
    assert not is_open_to_all(UISettings(host="0.0.0.0", auth=tmp_path / "users"))
    monkeypatch.setenv("PAPERCHAT_USERS", "ada:lovelace")
    assert not is_open_to_all(UISettings(host="0.0.0.0"))


def test_a_port_in_use_is_an_error_that_says_what_to_do():
    with listen("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        assert address_of(taken, "0.0.0.0") == f"http://127.0.0.1:{port}/"
        with pytest.raises(SettingsError, match=f"port {port}.*--port"):
            listen("127.0.0.1", port)
