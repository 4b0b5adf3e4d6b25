"""`sanshe explain`: what a document runs for somebody, and nothing of it is written."""

import json
import re
import subprocess
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from domain.house import House
from domain.postgres import Lanes
from sanshe import demo
from sanshe.layout import laid_out
from tests.conftest import copied
from tests.platform.test_command_line import SANSHE

README = Path(__file__).parent.parent.parent / "README.md"
MUTATION = """mutation {
    amendPerson(input: {personId: "per_1", locale: "fr"}) { __typename ... on Person { displayName locale } } }"""


@pytest.fixture(scope="module")
async def town(template: str) -> AsyncIterator[House]:
    """The demo town, for all these tests one after the other."""
    lanes = await Lanes(await copied(template, "explained"), size=2).open()
    house = await House(lanes).open()
    await demo.load(house, "a password of the test")
    yield house
    await lanes.close()


def first_query() -> str:
    found = re.search(r"-d '(.*)'", README.read_text(encoding="utf-8"))
    assert found
    return str(json.loads(found[1])["query"])


def explain(
    document: str, *options: str, at: str, who: str = "anna.schmidt@town.example"
) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [SANSHE, "explain", "-", "--as", who, *options],
        env={"DATABASE_URL": at},
        input=document,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )


async def test_the_readmes_first_query_is_explained_down_to_the_plan(town: House) -> None:
    done = explain(first_query(), at=town.lanes.dsn)
    assert (done.returncode, done.stderr) == (0, "")
    titles = [line for line in done.stdout.splitlines() if line[:1].strip()]
    assert [title.split()[0] for title in titles] == ["Plan", "Cost", "SQL", "Arguments", "PostgreSQL's"]
    assert "viewer  volunteer; all scopes" in done.stdout
    assert "of at most 10000" in done.stdout
    assert re.search(r"WHERE person_1.id = \$1::UUID\n", done.stdout)
    anna = (await town.lanes.run("SELECT id FROM person WHERE email LIKE 'anna%'"))[0]["id"]
    assert f"$1  UUID  {anna}" in done.stdout
    assert "(cost=" in done.stdout
    assert "actual time" not in done.stdout


async def test_a_query_is_run_only_when_that_is_asked_for(town: House) -> None:
    done = explain(first_query(), "--analyze", at=town.lanes.dsn)
    assert "actual time" in done.stdout
    assert "Buffers: shared" in done.stdout


async def test_a_mutation_is_explained_and_never_carried_out(town: House) -> None:
    deeds = await town.lanes.run("SELECT count(*) FROM deed")
    done = explain(MUTATION, "--analyze", at=town.lanes.dsn)
    assert done.returncode == 0
    assert "Nothing was carried out" in done.stdout
    assert "FROM person" in done.stdout
    assert "actual time" not in done.stdout
    assert await town.lanes.run("SELECT count(*) FROM deed") == deeds


async def test_variables_and_scopes_are_in_the_key_and_values_among_the_arguments(town: House) -> None:
    document = """query A { __typename }
        query B($n: Int, $no: ID!) { shifts(first: $n) { nodes { id } } node(id: $no) { id } }"""
    given = '{"n": 7, "no": "shf_00000000000000000000000000000000"}'
    done = explain(document, "--operation", "B", "--variables", given, "--scope", "programmes:read", at=town.lanes.dsn)
    assert done.returncode == 0
    assert "viewer  volunteer; programmes:read\n  n  7\n  no  shf\n" in done.stdout
    assert "LIMIT 7" in done.stdout
    assert "UUID  00000000-0000-0000-0000-000000000000" in done.stdout


@pytest.mark.parametrize(
    ("document", "options", "who", "code", "said"),
    [
        ("{ viewer { nam } }", (), "anna.schmidt@town.example", 1, "1:12"),
        ("{ viewer {", (), "anna.schmidt@town.example", 1, "1:11"),
        ("query($n: Int!) { node(id: 1) { id } }", (), "anna.schmidt@town.example", 1, "$n"),
        ("query A { __typename } query B { __typename }", (), "anna.schmidt@town.example", 1, "several operations"),
        ("{ __typename }", (), "nobody@town.example", 1, "nobody@town.example"),
        ("{ __typename }", ("--scope", "hours:red"), "anna.schmidt@town.example", 2, "hours:red"),
        ("{ __typename }", ("--variables", "[1]"), "anna.schmidt@town.example", 2, "--variables"),
        ("{ __typename }", ("--variables", "{"), "anna.schmidt@town.example", 2, "--variables"),
    ],
)
async def test_what_cannot_be_explained_is_said_in_sentences(
    town: House, document: str, options: tuple[str, ...], who: str, code: int, said: str
) -> None:
    done = explain(document, *options, who=who, at=town.lanes.dsn)
    assert (done.returncode, done.stdout) == (code, "")
    assert said in done.stderr
    assert re.search("[一-鿿]", done.stderr)
    assert "Traceback" not in done.stderr


def test_a_database_that_is_not_there_is_said() -> None:
    done = explain("{ __typename }", at="postgresql://u:geheim@127.0.0.1:1/x")
    assert done.returncode == 1
    assert done.stderr.startswith("The database cannot be reached")


@pytest.mark.parametrize(
    ("sql", "lines"),
    [
        ("SELECT a, f(b, c) FROM t WHERE x AND y", ["SELECT a,", "  f(b, c)", "FROM t", "WHERE x", "  AND y"]),
        ("SELECT (SELECT 1 FROM u) FROM t", ["SELECT (", "  SELECT 1", "  FROM u", ")", "FROM t"]),
        ("SELECT 'a FROM ''b, (c' || ',\"k\":'", ["SELECT 'a FROM ''b, (c' ||", "  ',\"k\":'"]),
        ("SELECT count(*) FILTER (WHERE x)", ["SELECT count(*) FILTER (WHERE x)"]),
    ],
)
def test_clauses_and_keys_have_lines_of_their_own(sql: str, lines: list[str]) -> None:
    assert laid_out(sql).splitlines() == lines
