"""The catalogue of scopes is what the rooms' rules ask for, no more and no less, in both languages."""

from importlib import import_module

from api.oauth.scopes import CATALOGUE, IDENTITY, ROOMS
from domain.papers import rooms


def test_the_catalogue_holds_what_the_rooms_ask_for() -> None:
    tables = [import_module(f"domain.{room}.access").RULES for room in rooms()]
    assert set(ROOMS) == {rules.scope(verb) for rules in tables for verb in rules}


def test_every_scope_is_said_in_both_languages() -> None:
    for scope, says in CATALOGUE.items():
        assert says.en.isascii(), scope
        assert any("\u4e00" <= char <= "\u9fff" for char in says.zh), scope
    assert not set(IDENTITY) & set(ROOMS)
