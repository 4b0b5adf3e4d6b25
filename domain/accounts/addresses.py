"""How e-mail addresses, telephone numbers and languages are written here, however they were typed."""

import langcodes
import phonenumbers
from email_validator import EmailNotValidError, validate_email

from domain.errors import Invalid
from domain.letters import Channel

READ_HERE = ("zh-Hans", "zh-Hant", "en")
"""The languages the service speaks by itself."""

COLUMN = {Channel.EMAIL: "email", Channel.SMS: "phone"}
"""Where a person's address stands that letters of a channel go to; when it was verified stands beside it."""


def email_address(typed: str) -> str:
    """The address, its domain in small letters. No mail server is asked."""
    try:
        return validate_email(typed, check_deliverability=False, test_environment=True).normalized
    except EmailNotValidError as wrong:
        raise Invalid("wrong_email", "This is no e-mail address.", "邮箱地址无效。", path="email") from wrong


def phone_number(typed: str) -> str:
    """The number as E.164; without a country it is Chinese."""
    try:
        number = phonenumbers.parse(typed, "CN")
    except phonenumbers.NumberParseException:
        number = None
    if number is None or not phonenumbers.is_valid_number(number):
        raise Invalid("wrong_phone", "This is no telephone number.", "手机号无效。", path="phone")
    return phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164)


def written(typed: str) -> tuple[Channel, str]:
    """An address of either kind, and how letters get there."""
    return (Channel.EMAIL, email_address(typed)) if "@" in typed else (Channel.SMS, phone_number(typed))


def masked(address: str) -> str:
    """As much of an address as its owner needs to know it by: l…@example.com, +86…8000."""
    name, at, domain = address.rpartition("@")
    return f"{name[:1]}…@{domain}" if at else f"{address[:3]}…{address[-4:]}"


def language(typed: str, path: str = "locale") -> str:
    """The language's BCP 47 tag as it is usually written: zh-cn is zh-CN."""
    if not typed.isascii() or len(typed) > 35 or not langcodes.tag_is_valid(typed):
        raise Invalid("wrong_locale", "This is no language tag (BCP 47).", "语言标签（BCP 47）无效。", path=path)
    return langcodes.standardize_tag(typed)


def spoken(wanted: str) -> str | None:
    """The nearest of the languages that the service speaks, if any is near."""
    try:
        found, _ = langcodes.closest_match(wanted, list(READ_HERE), max_distance=30)
    except ValueError:
        return None
    return found if found in READ_HERE else None
