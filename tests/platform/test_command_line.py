"""The command line: trouble is a sentence in two languages and an exit code, never a traceback."""

import os
import socket
import subprocess
from pathlib import Path

import pytest

SANSHE = Path(__file__).parent.parent.parent / ".venv" / "bin" / "sanshe"


def sanshe(*words: str, folder: Path, **environment: str) -> "subprocess.CompletedProcess[str]":
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "HOME", "LANG", "TMPDIR"}}
    return subprocess.run(
        [SANSHE, *words],
        env={**inherited, "DATA_DIR": str(folder), **environment},
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


def test_wrong_settings_end_with_two_and_a_sentence_each(tmp_path: Path) -> None:
    done = sanshe("serve", folder=tmp_path, PORT="abc", LOG_FORMAT="xml")
    assert done.returncode == 2
    assert done.stdout == ""
    assert [line.split()[0] for line in done.stderr.splitlines()] == ["PORT", "LOG_FORMAT"]


def test_options_are_checked_like_the_variables_they_replace(tmp_path: Path) -> None:
    done = sanshe("serve", "--port", "99999", folder=tmp_path)
    assert (done.returncode, done.stderr.split()[0]) == (2, "PORT")


def test_a_port_in_use_is_said_before_anything_is_started(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = sanshe("serve", folder=tmp_path, PORT=port)
    assert done.returncode == 1
    assert f"port {port} (Address already in use)" in done.stderr
    assert "端口" in done.stderr
    assert not (tmp_path / "postgres").exists()


@pytest.mark.parametrize("words", [("migrate",), ("deeds", "verify"), ("serve", "--port", "18321")])
def test_a_database_that_is_not_there_is_said_without_its_password(tmp_path: Path, words: tuple[str, ...]) -> None:
    done = sanshe(*words, folder=tmp_path, DATABASE_URL="postgresql://u:geheim@127.0.0.1:1/x")
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached")
    assert "Traceback" not in done.stderr
    assert "geheim" not in done.stderr


def test_tokens_are_handed_out_for_this_machine_only(tmp_path: Path) -> None:
    done = sanshe("token", "--as", "li.na@example.org", folder=tmp_path, ISSUER="https://sanshe.example")
    assert done.returncode == 1
    assert "https://sanshe.example" in done.stderr


def test_the_doctor_finds_the_database_gone_and_says_what_to_do(tmp_path: Path) -> None:
    done = sanshe("doctor", folder=tmp_path, DATABASE_URL="postgresql://u:geheim@127.0.0.1:1/x")
    assert done.returncode == 1
    assert "✗ database" in done.stdout
    assert "→" in done.stdout


def test_the_doctor_wants_the_notice_to_name_who_answers_for_data_where_others_come_in(tmp_path: Path) -> None:
    public = {"ISSUER": "https://sanshe.example", "DATABASE_URL": "postgresql://u:geheim@127.0.0.1:1/x"}
    body, contact = {"RESPONSIBLE_BODY": "三社街道办事处"}, {"RESPONSIBLE_CONTACT": "privacy@sanshe.example"}
    for named in ({}, body, contact):
        assert "RESPONSIBLE_CONTACT" in sanshe("doctor", folder=tmp_path, **public, **named).stdout
    assert "✓ privacy notice" in sanshe("doctor", folder=tmp_path, **public, **body, **contact).stdout
    here = sanshe("doctor", folder=tmp_path, DATABASE_URL=public["DATABASE_URL"]).stdout
    assert "✓ privacy notice" in here


def test_the_doctor_names_migrations_that_have_not_run(tmp_path: Path) -> None:
    before = sanshe("doctor", folder=tmp_path)
    assert before.returncode == 1
    assert "sanshe migrate" in before.stdout
    assert sanshe("migrate", folder=tmp_path).returncode == 0
    assert "sanshe migrate" not in sanshe("doctor", folder=tmp_path).stdout


def test_two_that_migrate_at_once_both_succeed(tmp_path: Path) -> None:
    both = [
        subprocess.Popen([SANSHE, "migrate"], env={**os.environ, "DATA_DIR": str(tmp_path)}, stderr=subprocess.PIPE)
        for _ in range(2)
    ]
    assert [(process.communicate()[1], process.returncode) for process in both] == [(b"", 0), (b"", 0)]


def test_nobody_becomes_an_operator_without_an_account(tmp_path: Path) -> None:
    done = sanshe("operator", "gao.yuan@example.org", folder=tmp_path)
    assert done.returncode == 1
    assert "/register" in done.stderr
    assert "请先" in done.stderr
