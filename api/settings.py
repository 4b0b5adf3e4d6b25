"""What the environment says about this house; a wrong value is refused with a sentence, never guessed around."""

import os
from email.utils import parseaddr
from ipaddress import ip_address, ip_network
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from email_validator import validate_email
from pydantic import Field, SecretStr, ValidationError, ValidationInfo, field_validator
from pydantic_settings import BaseSettings, SettingsConfigDict

# What each variable must be, said in both languages; one sentence covers every way to get it wrong.
MUST = {
    "host": ("be a host name or an IP address", "须为主机名或 IP 地址"),
    "port": ("be a whole number from 1 to 65535", "须为 1 至 65535 的整数"),
    "data_dir": ("name a folder, or one that can be made", "须为文件夹，或可新建的文件夹"),
    "database_url": (
        "look like postgresql://user:password@host:5432/name, or be absent for the embedded database",
        "须形如 postgresql://user:password@host:5432/name；不设则用内置数据库",
    ),
    "issuer": (
        "be an https origin without path or final slash (http on this machine only; set it when HOST is another)",
        "须为 https 源地址，无路径、末尾无斜杠（仅本机可用 http；HOST 非本机时必须设置）",
    ),
    "log_format": ("be console or json", "须为 console 或 json"),
    "workers": ("be a whole number from 1 to 64", "须为 1 至 64 的整数"),
    "rate_limit": (
        "be a whole number from 10000: the cost that one person may spend in a minute in one application",
        "须为不小于 10000 的整数：一人在一个应用中每分钟可用的成本",
    ),
    "trusted_proxies": (
        "list addresses or networks, separated by commas, or be absent: whoever connects is the visitor",
        "须为以逗号分隔的 IP 地址或网段；不设则以连接方为访客",
    ),
    "sanshe_key": (
        "have 32 characters or more, or be absent: it encrypts the keys that tokens are signed with",
        "须不少于 32 个字符，或不设置：用于加密令牌签名密钥",
    ),
    "sanshe_key_before": (
        "have 32 characters or more, or be absent: what SANSHE_KEY was, for the start that changes it",
        "须不少于 32 个字符，或不设置：更换 SANSHE_KEY 时填写其旧值",
    ),
    "smtp_url": (
        "look like smtps://user:password@host:465, or smtp://… for STARTTLS, or be absent: then no mail is sent",
        "须形如 smtps://user:password@host:465，或 smtp://…（使用 STARTTLS）；不设则不发邮件",
    ),
    "mail_from": (
        "be the address that mail comes from, such as Sanshe <sanshe@sanshe.example>; SMTP_URL needs it",
        "须为发件地址，形如 三社 <sanshe@sanshe.example>；设置 SMTP_URL 时必填",
    ),
    "sms_url": (
        "be an https address that takes short messages as JSON (http on this machine only), or be absent",
        "须为以 JSON 接收短信的 https 地址（仅本机可用 http），或不设置",
    ),
    "responsible_body": (
        "be the name, on one line, of whoever answers for people's data (PIPL 17)",
        "须为个人信息处理者的名称，一行以内（《个人信息保护法》第十七条）",
    ),
    "responsible_contact": (
        "be how to reach them, on one line: an address, a telephone number, an e-mail",
        "须为其联系方式，一行以内：地址、电话或邮箱",
    ),
}
LINE = 200
SECRETS = {"database_url", "sanshe_key", "sanshe_key_before", "smtp_url", "sms_url"}


class WrongSettings(Exception):
    """Values in the environment that cannot be used; each sentence tells of one."""

    def __init__(self, sentences: list[str]) -> None:
        super().__init__("\n".join(sentences))
        self.sentences = sentences


class Settings(BaseSettings):
    """The environment, checked. Every field is the variable of the same name in capitals."""

    model_config = SettingsConfigDict(frozen=True, extra="ignore", env_ignore_empty=True, hide_input_in_errors=True)

    host: str = Field(default="127.0.0.1", pattern=r"^[A-Za-z0-9.:_-]+$")
    port: int = Field(default=8000, ge=1, le=65535)
    data_dir: Path = Path(".data")
    database_url: SecretStr | None = None
    issuer: str = Field(default="", validate_default=True)
    log_format: Literal["console", "json"] = "console"
    workers: int = Field(default=1, ge=1, le=64)
    rate_limit: int = Field(default=1_000_000, ge=10_000)
    trusted_proxies: str = ""
    """Whose word in X-Forwarded-For is believed about a visitor's address; about our own, only ISSUER is."""
    sanshe_key: SecretStr | None = Field(default=None, min_length=32)
    smtp_url: SecretStr | None = None
    mail_from: str = Field(default="", validate_default=True)
    sms_url: SecretStr | None = None
    responsible_body: str = ""
    """Who answers for people's data, as the privacy notice names them (PIPL 17)."""
    responsible_contact: str = ""
    sanshe_key_before: SecretStr | None = Field(default=None, min_length=32)

    @field_validator("data_dir")
    @classmethod
    def _folder(cls, value: Path) -> Path:
        folder = value.expanduser().absolute()
        if any(place.exists() and not place.is_dir() for place in (folder, *folder.parents)):
            raise ValueError("not a folder")
        return folder

    @field_validator("database_url")
    @classmethod
    def _address_of_a_database(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            if (
                parts.scheme not in {"postgresql", "postgres"}
                or len(parts.path) < 2
                or not (parts.netloc or parts.query)
            ):
                raise ValueError("not the address of a PostgreSQL database")
            _ = parts.port  # raises when it is no number
        return value

    @field_validator("issuer")
    @classmethod
    def _origin(cls, value: str, info: ValidationInfo) -> str:
        # With a wrong host or port there is nothing to build on, and their own sentences say so already.
        host, port = info.data.get("host", "127.0.0.1"), info.data.get("port", 8000)
        value = value or f"http://{f'[{host}]' if ':' in host else host}:{port}"
        parts = urlsplit(value)
        _ = parts.port
        if not parts.hostname or value != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
            raise ValueError("more or less than an origin")
        if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(parts.hostname)):
            raise ValueError("not https")
        return value

    @field_validator("trusted_proxies")
    @classmethod
    def _networks(cls, value: str) -> str:
        networks = [ip_network(part.strip()) for part in value.split(",")] if value else []
        if not all(network.prefixlen for network in networks):
            raise ValueError("everybody")
        return ",".join(str(n.network_address if n.num_addresses == 1 else n) for n in networks)

    @field_validator("smtp_url")
    @classmethod
    def _mail_server(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
            if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path or parts.query:
                raise ValueError("not the address of a mail server")
        return value

    @field_validator("mail_from")
    @classmethod
    def _sender(cls, value: str, info: ValidationInfo) -> str:
        if value or info.data.get("smtp_url"):
            validate_email(parseaddr(value)[1], check_deliverability=False, test_environment=True)
            if not value.isprintable():
                raise ValueError("not one line")
        return value

    @field_validator("responsible_body", "responsible_contact")
    @classmethod
    def _one_line(cls, value: str) -> str:
        if not value.isprintable() or len(value) > LINE:
            raise ValueError("not one line")
        return value.strip()

    @field_validator("sms_url")
    @classmethod
    def _gateway(cls, value: SecretStr | None) -> SecretStr | None:
        if value is not None:
            parts = urlsplit(value.get_secret_value())
            _ = parts.port
            local = parts.scheme == "http" and is_loopback(parts.hostname or "")
            if not parts.hostname or not (parts.scheme == "https" or local):
                raise ValueError("not https")
        return value

    @property
    def on_loopback(self) -> bool:
        """Whether the issuer is this machine: only then are tokens handed out on the command line."""
        return is_loopback(urlsplit(self.issuer).hostname or "")


def is_loopback(host: str) -> bool:
    """Whether the host is this machine, by name or by number."""
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")


def load() -> Settings:
    """Read the environment, or raise WrongSettings with one sentence for each wrong value."""
    try:
        return Settings()
    except ValidationError as wrong:
        fields = dict.fromkeys(str(error["loc"][0]) for error in wrong.errors())
    raise WrongSettings([_sentence(field) for field in fields])


def _sentence(field: str) -> str:
    english, chinese = MUST[field]
    name = field.upper()
    value = os.environ.get(name)
    now = f", not {value!r}" if value and field not in SECRETS else ""
    return f"{name} must {english}{now}. {name} {chinese}。"
