"""The environment: what is refused, and that a refusal is a sentence."""

import pytest

from api.settings import MUST, Settings, WrongSettings, load


@pytest.fixture(autouse=True)
def _bare_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in MUST:
        monkeypatch.delenv(name.upper(), raising=False)


def test_nothing_needs_to_be_set() -> None:
    settings = load()
    assert settings.issuer == "http://127.0.0.1:8000"
    assert settings.on_loopback
    assert settings.database_url is None


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("PORT", "eighty"),
        ("PORT", "0"),
        ("PORT", "65536"),
        ("HOST", "a host"),
        ("DATA_DIR", "/etc/passwd/inside"),
        ("DATABASE_URL", "mysql://u:p@h/x"),
        ("DATABASE_URL", "postgresql://u:p@h"),
        ("DATABASE_URL", "postgresql://u:p@h:port/x"),
        ("ISSUER", "http://sanshe.example"),
        ("ISSUER", "https://sanshe.example/"),
        ("ISSUER", "https://sanshe.example/path"),
        ("ISSUER", "https://user@sanshe.example"),
        ("ISSUER", "https://sanshe.example?x"),
        ("ISSUER", "sanshe.example"),
        ("LOG_FORMAT", "xml"),
        ("TRUSTED_PROXIES", "proxy.internal"),
        ("TRUSTED_PROXIES", "10.0.0.1/8"),
        ("TRUSTED_PROXIES", "10.0.0.1,,10.0.0.2"),
        ("TRUSTED_PROXIES", "*"),
        ("TRUSTED_PROXIES", "0.0.0.0/0"),
        ("TRUSTED_PROXIES", "::/0"),
        ("SMTP_URL", "mail.example:25"),
        ("SMTP_URL", "http://mail.example"),
        ("SMTP_URL", "smtp://mail.example:port"),
        ("SMTP_URL", "smtp://mail.example/path"),
        ("MAIL_FROM", "Sanshe"),
        ("MAIL_FROM", "Sanshe <sanshe@sanshe.example>\r\nBcc: all@example.com"),
        ("RESPONSIBLE_BODY", "三社街道办事处\nand somebody else"),
        ("RESPONSIBLE_BODY", "x" * 201),
        ("RESPONSIBLE_CONTACT", "privacy@sanshe.example\r"),
        ("SMS_URL", "http://sms.example/send"),
        ("SMS_URL", "sms.example"),
        ("WORKERS", "-1"),
        ("WORKERS", "1.5"),
    ],
)
def test_a_wrong_value_is_refused_with_one_sentence(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    with pytest.raises(WrongSettings) as refused:
        load()
    [sentence] = refused.value.sentences
    assert sentence.startswith(f"{name} must ")
    assert sentence.endswith("。")


def test_every_wrong_value_is_told_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PORT", "x")
    monkeypatch.setenv("LOG_FORMAT", "x")
    with pytest.raises(WrongSettings) as refused:
        load()
    assert [sentence.split()[0] for sentence in refused.value.sentences] == ["PORT", "LOG_FORMAT"]


def test_serving_others_needs_an_issuer(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "0.0.0.0")  # noqa: S104
    with pytest.raises(WrongSettings):
        load()
    monkeypatch.setenv("ISSUER", "https://sanshe.example")
    assert not load().on_loopback


@pytest.mark.parametrize(
    "issuer", ["http://localhost:3000", "http://[::1]:8000", "http://127.0.0.2", "https://a.example:8443"]
)
def test_an_origin_is_kept_as_it_is(monkeypatch: pytest.MonkeyPatch, issuer: str) -> None:
    monkeypatch.setenv("ISSUER", issuer)
    assert load().issuer == issuer


def test_an_ipv6_host_makes_an_address_with_brackets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOST", "::1")
    assert load().issuer == "http://[::1]:8000"


def test_a_password_is_never_shown(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DATABASE_URL", "postgresql://u:geheim@h/x")
    assert "geheim" not in f"{load()!r} {load()}"
    monkeypatch.setenv("DATABASE_URL", "http://u:geheim@h/x")
    with pytest.raises(WrongSettings) as refused:
        load()
    assert "geheim" not in str(refused.value)


def test_mail_needs_a_sender(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SMTP_URL", "smtps://u:geheim@mail.example")
    with pytest.raises(WrongSettings) as refused:
        load()
    assert [sentence.split()[0] for sentence in refused.value.sentences] == ["MAIL_FROM"]
    monkeypatch.setenv("MAIL_FROM", "三社 <sanshe@sanshe.example>")
    assert "geheim" not in f"{load()!r}"


def test_every_setting_has_its_sentence() -> None:
    assert set(MUST) == set(Settings.model_fields)
