"""Which country is this?"""

import phonenumbers

from domain.errors import Invalid

CHINA = frozenset({"CN", "HK", "MO", "TW"})
"""Whoever has a document of these is not foreign."""


def country_code(typed: str, path: str) -> str:
    """The two letters of ISO 3166-1. `path` names the field it was typed into."""
    code = typed.strip().upper()
    if code not in phonenumbers.SUPPORTED_REGIONS:
        raise Invalid("wrong_country", "This is no country (ISO 3166-1).", "国家代码无效。", path=path)
    return code
