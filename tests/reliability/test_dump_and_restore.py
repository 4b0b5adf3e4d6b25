"""The chain of deeds goes on in a new server restored from a dump, whose transactions are counted from lower down."""

import subprocess
from pathlib import Path

import pytest

from domain import history
from domain.house import House
from domain.postgres import Lanes
from sanshe.cluster import Cluster
from tests.acting import linked
from tests.conftest import Clock, named, say
from tests.grammar.garden import OFFICER, plan_garden


@pytest.mark.slow
async def test_the_chain_is_proven_after_dump_and_restore_and_goes_on(
    house: House, clock: Clock, tmp_path: Path
) -> None:
    for _ in range(50):
        await house.do(OFFICER, plan_garden, beds=1)
    await linked(house)
    await house.do(OFFICER, plan_garden, beds=1)  # committed, dumped, but not yet linked

    dump = tmp_path / "town.dump"
    other = Cluster(tmp_path / "other")
    subprocess.run([other.programs / "pg_dump", "-Fc", "-f", dump, house.lanes.dsn], check=True)
    other.start()
    try:
        await say(other.address, "CREATE DATABASE restored")
        address = named(other.address, "restored")
        subprocess.run(
            [other.programs / "pg_restore", "--single-transaction", "--no-owner", "-d", address, dump], check=True
        )
        lanes = await Lanes(address).open()
        restored = await House(lanes, clock).open()
        numbers = await lanes.run("SELECT max(xid::text::bigint) AS dumped, txid_current() AS now FROM deed")
        assert numbers[0]["dumped"] > numbers[0]["now"], "the new server must count from lower down"

        for _ in range(3):
            await restored.do(OFFICER, plan_garden, beds=1)
        await linked(restored)
        proof = await history.verify(lanes.run)
        assert (proof.links, proof.waiting, proof.broken) == (54, 0, None)

        await lanes.run(
            "UPDATE deed SET reason = 'altered after the restore' WHERE id = (SELECT min(id::text)::uuid FROM deed)"
        )
        assert (await history.verify(lanes.run)).broken is not None
        await lanes.close()
    finally:
        other.stop()
