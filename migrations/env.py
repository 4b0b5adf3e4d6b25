"""How Alembic meets the database: through asyncpg, and one process at a time."""

import asyncio

import asyncpg
from alembic import context
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlmodel import SQLModel

import domain.rooms  # noqa: F401 brings every room's tables into the metadata
from domain.history import Xid8
from sanshe.autogenerate import with_checks, written

ischema_names["xid8"] = Xid8  # a type of PostgreSQL that SQLAlchemy does not know by name

# Two processes that start at once migrate one after the other; the second finds nothing left to do.
LOCK = text("select pg_advisory_lock(hashtext('sanshe: migrate'))")


def migrate(connection: Connection) -> None:
    connection.execute(LOCK)
    # A migration may take its time, but may not make the service wait for a lock it does not get.
    connection.execute(text("set lock_timeout = '10s'"))
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=written,
        process_revision_directives=with_checks,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate() -> None:
    address = context.config.attributes["address"]
    settings = {"application_name": "sanshe migrate", "timezone": "UTC"}
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(address, server_settings=settings),
        poolclass=NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(connect_and_migrate())
