"""A street's district says which law holds there, from the district up to the nation."""

import pytest
from stdnum import numdb

from domain.places import MUNICIPALITIES, PROVINCES, called, chain, jurisdiction, names


@pytest.mark.parametrize(
    ("district", "place"),
    [
        ("110105", "CN-BJ-110105"),
        ("330106", "CN-ZJ-330100-330106"),
        ("330203", "CN-ZJ-330200-330203"),
        ("659001", "CN-XJ-659000-659001"),
        ("990000", "CN"),
        ("", "CN"),
        ("11", "CN"),
        ("１１０１０５", "CN"),
    ],
)
def test_a_district_lies_in_its_city_its_province_and_the_nation(district: str, place: str) -> None:
    assert jurisdiction(district) == place


def test_the_nearest_law_comes_first() -> None:
    assert list(chain("CN-ZJ-330200-330203")) == ["CN-ZJ-330200-330203", "CN-ZJ-330200", "CN-ZJ", "CN"]


@pytest.mark.parametrize("digits", sorted(PROVINCES))
def test_every_province_of_the_national_standard_is_known_by_name(digits: str) -> None:
    place = f"CN-{PROVINCES[digits].code}"
    name = called(place)
    assert name["text"] == names(f"{digits}0000")["county"]
    assert name["translations"]["en"]["text"] == PROVINCES[digits].en
    assert jurisdiction(f"{digits}0101").startswith(f"{place}-")


def test_no_province_of_the_national_standard_is_missing() -> None:
    numbered = {f"{number:02}" for number in range(100) if "province" in names(f"{number:02}0000")}
    assert numbered == set(PROVINCES)
    assert len({province.code for province in PROVINCES.values()}) == len(PROVINCES)
    assert set(MUNICIPALITIES) < numbered


@pytest.mark.parametrize(
    ("place", "zh", "en"),
    [
        ("CN", "中国", "China"),
        ("CN-BJ", "北京市", "Beijing"),
        ("CN-ZJ-330200", "宁波市", "Ningbo"),
        ("CN-BJ-110105", "朝阳区", None),
        ("CN-ZJ-330100-330106", "西湖区", None),
        ("CN-ZJ-339999", "CN-ZJ-339999", None),
        ("CN-QQ", "CN-QQ", None),
    ],
)
def test_a_jurisdiction_is_called_what_people_call_it(place: str, zh: str, en: str | None) -> None:
    english = {"translations": {"en": {"text": en, "status": "checked"}}} if en else {}
    assert called(place) == {"language": "zh-Hans", "text": zh, **english}


def test_a_code_that_was_given_anew_has_the_name_it_has_now() -> None:
    assert "," in dict(numdb.get("cn/loc").info("500101")[1][1])["county"]
    assert names("500101")["county"] == "万州区"
