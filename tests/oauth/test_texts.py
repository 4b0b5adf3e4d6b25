"""What the pages say is there in both languages, said once, and used."""

import re
from collections import Counter
from importlib import import_module
from pathlib import Path
from pkgutil import iter_modules

from api.oauth import pages, texts
from api.oauth.texts import TEXTS
from domain.accounts.rights_requests import DataRight
from domain.accounts.states import RightsRequestState
from tests.test_house import CHINESE

THEMES = [import_module(f"api.oauth.texts.{found.name}").TEXTS for found in iter_modules(texts.__path__)]
OAUTH = Path(texts.__path__[0]).parent


def test_no_text_hides_another_of_its_name() -> None:
    assert [name for name, times in Counter(name for theme in THEMES for name in theme).items() if times > 1] == []
    assert sum(map(len, THEMES)) == len(TEXTS)


def test_every_text_is_in_english_and_in_chinese() -> None:
    assert [name for name, (english, _) in TEXTS.items() if CHINESE.search(english) or not english] == []
    assert [name for name, (_, chinese) in TEXTS.items() if not CHINESE.search(chinese)] == []


def test_both_languages_leave_room_for_the_same_things() -> None:
    assert [n for n, said in TEXTS.items() if len({tuple(sorted(re.findall(r"{\w+}", s))) for s in said}) > 1] == []


def test_no_text_is_left_that_no_page_says() -> None:
    files = [*OAUTH.glob("*.py"), *Path(pages.__path__[0]).rglob("*.py"), *Path(pages.__path__[0]).rglob("*.html")]
    said = "\n".join(file.read_text(encoding="utf-8") for file in files)
    # The pages that prove an address name their texts after their title.
    ends = re.compile("_(how|do)$")
    # The page of requests names its texts after what is asked, and after how far it is.
    said += str([f'"ask_{right}" "request_{state}"' for right in DataRight for state in RightsRequestState])
    unused = [n for n in TEXTS if f'"{n}"' not in said and not (ends.search(n) and f'"{ends.sub("", n)}"' in said)]
    assert unused == []
