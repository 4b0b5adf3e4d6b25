"""Which law holds in a street? That of its district, its city, its province and the nation, the nearest first.

A jurisdiction is written as ISO 3166-2:CN, followed by codes of GB/T 2260 where it is smaller than a province: CN,
CN-ZJ, CN-ZJ-330200 (Ningbo), CN-ZJ-330200-330203. A municipality's districts follow at once: CN-BJ-110105.
"""

import re
from collections.abc import Iterator
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, case, func
from stdnum import numdb

from domain.columns import Text

NATION = "CN"
CODE = re.compile(r"[0-9]{6}")


class Province(NamedTuple):
    """A province by its code of ISO 3166-2:CN, and its name in English."""

    code: str
    en: str


#: By the first two digits of GB/T 2260.
PROVINCES = {
    "11": Province("BJ", "Beijing"),
    "12": Province("TJ", "Tianjin"),
    "13": Province("HE", "Hebei"),
    "14": Province("SX", "Shanxi"),
    "15": Province("NM", "Inner Mongolia"),
    "21": Province("LN", "Liaoning"),
    "22": Province("JL", "Jilin"),
    "23": Province("HL", "Heilongjiang"),
    "31": Province("SH", "Shanghai"),
    "32": Province("JS", "Jiangsu"),
    "33": Province("ZJ", "Zhejiang"),
    "34": Province("AH", "Anhui"),
    "35": Province("FJ", "Fujian"),
    "36": Province("JX", "Jiangxi"),
    "37": Province("SD", "Shandong"),
    "41": Province("HA", "Henan"),
    "42": Province("HB", "Hubei"),
    "43": Province("HN", "Hunan"),
    "44": Province("GD", "Guangdong"),
    "45": Province("GX", "Guangxi"),
    "46": Province("HI", "Hainan"),
    "50": Province("CQ", "Chongqing"),
    "51": Province("SC", "Sichuan"),
    "52": Province("GZ", "Guizhou"),
    "53": Province("YN", "Yunnan"),
    "54": Province("XZ", "Tibet"),
    "61": Province("SN", "Shaanxi"),
    "62": Province("GS", "Gansu"),
    "63": Province("QH", "Qinghai"),
    "64": Province("NX", "Ningxia"),
    "65": Province("XJ", "Xinjiang"),
    "71": Province("TW", "Taiwan"),
    "81": Province("HK", "Hong Kong"),
    "82": Province("MO", "Macao"),
}
DIGITS = {province.code: digits for digits, province in PROVINCES.items()}
MUNICIPALITIES = ("11", "12", "31", "50")
CITIES = {"330100": "Hangzhou", "330200": "Ningbo", "440100": "Guangzhou", "440300": "Shenzhen"}


def jurisdiction(district: str) -> str:
    """Where a district lies, by its code of GB/T 2260; of a code that is none, no more than that it is in China."""
    province = PROVINCES.get(district[:2])
    if province is None or not CODE.fullmatch(district):
        return NATION
    city = () if district[:2] in MUNICIPALITIES else (f"{district[:4]}00",)
    return "-".join((NATION, province.code, *city, district))


def jurisdiction_of(district: Any) -> ColumnElement[str]:
    """`jurisdiction` of a column."""
    left = func.left(district, 2)
    province = case({digits: f"{NATION}-{known.code}-" for digits, known in PROVINCES.items()}, value=left)
    city = case(dict.fromkeys(MUNICIPALITIES, ""), value=left, else_=func.left(district, 4).concat("00-"))
    whole = case((district.regexp_match(f"^{CODE.pattern}$"), province.concat(city).concat(district)))
    return func.coalesce(whole, NATION)


def is_jurisdiction(place: str) -> bool:
    """Whether law may hold there: the nation, a province, or what has a code of GB/T 2260 in it."""
    *_, last = place.split("-")
    code = last if CODE.fullmatch(last) else f"{DIGITS.get(last, '')}0000"
    return place == NATION or ("county" in names(code) and place in chain(jurisdiction(code)))


def chain(place: str) -> Iterator[str]:
    """The jurisdictions whose law holds there, the nearest first."""
    while place:
        yield place
        place = place.rpartition("-")[0]


def called(place: str) -> Text:
    """The name of a jurisdiction, in English too where we know it."""
    if place == NATION:
        return _both("中国", "China")
    _, letters, *smaller = place.split("-")
    code = smaller[-1] if smaller else f"{DIGITS.get(letters, '')}0000"
    zh = names(code).get("county", place)
    en = CITIES.get(code) if smaller else PROVINCES[code[:2]].en if letters in DIGITS else None
    return _both(zh, en) if en else {"language": "zh-Hans", "text": zh}


def names(code: str) -> dict[str, str]:
    """What a code of GB/T 2260 stands for: the names of its `province` and its `county`; nothing, if it is none."""
    places = numdb.get("cn/loc").info(code) if CODE.fullmatch(code) else []
    # A code that was given anew lists its names with their years: [-1991]东郊区,[1992-]东丽区.
    return {kind: name.rpartition(",")[2].rpartition("]")[2] for _, found in places for kind, name in found.items()}


def _both(zh: str, en: str) -> Text:
    return {"language": "zh-Hans", "text": zh, "translations": {"en": {"text": en, "status": "checked"}}}
