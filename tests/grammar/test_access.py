"""One rule, three readings: on any rows, for anybody, Python and SQL agree."""

from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import case, select

from domain.access import Actor, Who, anyone, before, is_actor, role, role_at, since, some, state_in, via
from domain.house import House
from domain.work import compiled
from tests.conftest import NOON
from tests.grammar.garden import GARDEN, RULES, Bed, Garden, GardenState

few = st.sampled_from([UUID(int=1), UUID(int=2)])
moments = st.sampled_from([NOON + timedelta(seconds=s) for s in (-1, 0, 1)])
garden_rules = st.sampled_from(
    [
        anyone,
        role("street officer"),
        role("auditor"),
        role_at("street officer", Garden.street_id),
        before(Garden.closes_at),
        since(Garden.closes_at),
        state_in(Garden.state, GardenState.PLANNED, GardenState.OPEN),
        is_actor(Garden.keeper_id),
    ]
)


def joined(atoms: st.SearchStrategy[Who]) -> st.SearchStrategy[Who]:
    def joins(rules: st.SearchStrategy[Who]) -> st.SearchStrategy[Who]:
        both = st.tuples(rules, rules)
        return st.one_of(
            both.map(lambda ab: ab[0] & ab[1]), both.map(lambda ab: ab[0] | ab[1]), rules.map(lambda a: ~a)
        )

    return st.recursive(atoms, joins, max_leaves=6)


own_bed = st.sampled_from([is_actor(Bed.gardener_id), role_at("auditor", Bed.street_id)])
bed_rules = joined(st.one_of(own_bed, joined(garden_rules).map(lambda r: via(Bed.garden_id, Garden, r))))
actors = st.builds(
    Actor,
    id=st.none() | few,
    now=st.just(NOON),
    roles=st.dictionaries(st.sampled_from(["street officer", "auditor"]), st.frozensets(few)),
)
gardens = st.builds(
    Garden.new,
    street_id=few,
    keeper_id=st.none() | few,
    closes_at=st.none() | moments,
    state=st.sampled_from(GardenState),
)
worlds = st.lists(st.tuples(gardens, st.lists(st.none() | few, max_size=2, unique=True)), min_size=1, max_size=4)

on_this_database = settings(
    max_examples=120, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)


async def put(house: House, world: Sequence[tuple[Garden, list[UUID | None]]]) -> list[tuple[Garden, list[Bed]]]:
    await house.lanes.run("TRUNCATE garden, bed")
    planted = []
    for sketch, gardeners in world:
        garden = Garden.new(**{**sketch.values(), "id": Garden.new(street_id=sketch.street_id).id})
        beds = [Bed.new(street_id=garden.street_id, garden_id=garden.id, gardener_id=g) for g in gardeners]
        for row in (garden, *beds):
            values = row.values()
            places = ", ".join(f"${i}" for i in range(1, len(values) + 1))
            sql = f"INSERT INTO {row.__tablename__} ({', '.join(values)}) VALUES ({places})"
            await house.lanes.run(sql, list(values.values()))
        planted.append((garden, beds))
    return planted


async def seen(house: House, model: type[Bed] | type[Garden], rule: Who, viewer: Actor) -> set[UUID]:
    table = model.__table__  # type: ignore[union-attr]
    sql, args = compiled(select(table.c.id).where(rule.sql(viewer)))
    return {record["id"] for record in await house.lanes.run(sql, args(viewer.binds()))}


@on_this_database
@given(world=worlds, rule=bed_rules, viewer=actors)
async def test_python_and_sql_agree_also_through_a_relation(
    house: House, world: list[tuple[Garden, list[UUID | None]]], rule: Who, viewer: Actor
) -> None:
    planted = await put(house, world)
    said = {bed.id for garden, beds in planted for bed in beds if rule.test(viewer, bed, garden)}
    assert await seen(house, Bed, rule, viewer) == said


@on_this_database
@given(world=worlds, rule=joined(own_bed), viewer=actors)
async def test_python_and_sql_agree_about_some_of_many(
    house: House, world: list[tuple[Garden, list[UUID | None]]], rule: Who, viewer: Actor
) -> None:
    planted = await put(house, world)
    rule = some(Bed, Bed.garden_id, Garden.id, rule)
    said = {garden.id for garden, beds in planted if rule.test(viewer, garden, *beds)}
    assert await seen(house, Garden, rule, viewer) == said


async def test_what_begins_or_ends_at_a_moment_does_so_at_the_moment_itself(house: House) -> None:
    ends = [NOON + timedelta(seconds=s) for s in (-1, 0, 1)]
    world: list[tuple[Garden, list[UUID | None]]] = [
        (Garden.new(street_id=UUID(int=1), closes_at=end), []) for end in (*ends, None)
    ]
    gardens = [garden for garden, _ in await put(house, world)]
    viewer = Actor(now=NOON)
    for rule, held in ((since(Garden.closes_at), gardens[:2]), (before(Garden.closes_at), gardens[2:3])):
        assert [garden for garden in gardens if rule.test(viewer, garden)] == held
        assert await seen(house, Garden, rule, viewer) == {garden.id for garden in held}


@on_this_database
@given(world=worlds, viewer=actors, scopes=st.none() | st.sampled_from([frozenset(), frozenset({"gardens:write"})]))
async def test_viewer_can_is_the_same_list_in_python_and_in_sql(
    house: House, world: list[tuple[Garden, list[UUID | None]]], viewer: Actor, scopes: frozenset[str] | None
) -> None:
    viewer = Actor(viewer.id, viewer.roles, scopes, now=NOON)
    planted = await put(house, world)
    can = GARDEN.viewer_can(RULES, viewer, Garden.state).label("can")
    sql, args = compiled(select(Garden.__table__.c.id, can))  # type: ignore[attr-defined]
    told = {r["id"]: r["can"] for r in await house.lanes.run(sql, args(viewer.binds()))}
    assert told == {garden.id: GARDEN.can(RULES, viewer, garden) for garden, _ in planted}


def test_rows_of_one_person_are_found_once_and_others_are_looked_up_one_by_one() -> None:
    viewer = Actor(id=UUID(int=1), roles={"street officer": frozenset()}, now=NOON)

    def sql(rule: Who) -> str:
        return str(via(Bed.garden_id, Garden, rule).sql(viewer, Bed.__table__))  # type: ignore[attr-defined]

    keeper, officer = is_actor(Garden.keeper_id), role_at("street officer", Garden.street_id)
    for rule in (keeper, keeper & officer, keeper | (keeper & before(Garden.closes_at))):
        assert "garden_id = ANY (array((SELECT" in sql(rule)
    for rule in (officer, keeper | officer, ~keeper, anyone):
        assert "EXISTS" in sql(rule)


async def test_rows_below_those_of_a_page_are_looked_up_however_many_there_are(house: House) -> None:
    await house.lanes.run("TRUNCATE garden, bed")
    for table, columns, values in (
        ("garden", "keeper_id, state, beds, taken", "NULL, 'open', 1, 0"),
        ("bed", "garden_id, gardener_id", "n, n"),
    ):
        await house.lanes.run(
            f"INSERT INTO {table} (id, version, street_id, {columns}) SELECT n, 1, n, {values}"
            " FROM (SELECT lpad(i::text, 32, '0')::uuid FROM generate_series(1, 5000) i) each(n)"
        )
        await house.lanes.run(f"ANALYZE {table}")
    table, viewer = Garden.__table__, Actor(id=UUID(int=1), now=NOON)  # type: ignore[attr-defined]
    gardening = some(Bed, Bed.garden_id, Garden.id, is_actor(Bed.gardener_id)).sql(viewer)
    page = select(case((gardening, table.c.street_id))).order_by(table.c.id).limit(20)
    sql, args = compiled(page)
    plan = "\n".join(r[0] for r in await house.lanes.run(f"EXPLAIN {sql}", args(viewer.binds())))
    assert "one_bed_each" in plan
    assert "hashed" not in plan


@given(one=actors, other=actors)
def test_the_sql_text_is_the_same_for_all_viewers_of_one_shape(one: Actor, other: Actor) -> None:
    for verb in RULES:
        same = str(RULES.sql(one, verb)) == str(RULES.sql(other, verb))
        assert same or one.shape != other.shape


def test_a_rule_reads_as_a_sentence_in_both_languages() -> None:
    rule = role("street officer") & (before(Garden.closes_at) | role("auditor"))
    assert rule.says.en == "a street officer and (before closes at or an auditor)"
    assert rule.says.zh == "街道办事处工作人员且（在closes at之前或审计人员）"


def test_a_token_never_gives_more_than_role_and_scope() -> None:
    officer = Actor(UUID(int=1), {"street officer": frozenset({UUID(int=1)})}, scopes=frozenset({"gardens:read"}))
    garden = Garden.new(street_id=UUID(int=1))
    assert RULES.may(officer, "see_garden", garden)
    assert not RULES.may(officer, "open_garden", garden)
