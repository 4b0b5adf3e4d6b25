"""How Alembic meets the database: through asyncpg, and one process at a time."""

import asyncio
from typing import Literal

import asyncpg
from alembic import context
from alembic.autogenerate.api import AutogenContext
from sqlalchemy import Connection, text
from sqlalchemy.dialects.postgresql.base import ischema_names
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool
from sqlalchemy.types import UserDefinedType
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString

import domain.rooms  # noqa: F401 brings every room's tables into the metadata
from domain.history import Xid8

ischema_names["xid8"] = Xid8  # a type of PostgreSQL that SQLAlchemy does not know by name

# Two processes that start at once migrate one after the other; the second finds nothing left to do.
LOCK = text("select pg_advisory_lock(hashtext('sanshe: migrate'))")


def written(kind: str, item: object, seen: AutogenContext) -> str | Literal[False]:
    """How a column's type is written into a migration: plainly, and with an import if it is the domain's own."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if kind == "type" and isinstance(item, UserDefinedType):
        seen.imports.add(f"import {type(item).__module__}")
    return False


def migrate(connection: Connection) -> None:
    connection.execute(LOCK)
    connection.commit()
    context.configure(
        connection=connection,
        target_metadata=SQLModel.metadata,
        compare_type=True,
        compare_server_default=True,
        render_item=written,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


async def connect_and_migrate() -> None:
    address = context.config.attributes["address"]
    # A migration may take its time, but may not make the service wait for a lock it does not get.
    settings = {"application_name": "sanshe migrate", "lock_timeout": "10s", "timezone": "UTC"}
    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=lambda: asyncpg.connect(address, server_settings=settings),
        poolclass=NullPool,
    )
    async with engine.connect() as connection:
        await connection.run_sync(migrate)
    await engine.dispose()


asyncio.run(connect_and_migrate())
