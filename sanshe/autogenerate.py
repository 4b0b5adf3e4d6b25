"""How a migration is written from the models, where Alembic alone would leave something out."""

from typing import Literal

from alembic.autogenerate.api import AutogenContext
from alembic.operations.ops import (
    AddColumnOp,
    CreateCheckConstraintOp,
    CreateTableOp,
    MigrateOperation,
    MigrationScript,
    ModifyTableOps,
)
from alembic.runtime.migration import MigrationContext
from sqlalchemy import CheckConstraint, Column
from sqlalchemy.types import UserDefinedType
from sqlmodel import SQLModel
from sqlmodel.sql.sqltypes import AutoString


def written(kind: str, item: object, seen: AutogenContext) -> str | Literal[False]:
    """How a column's type is written into a migration: plainly, and with an import if it is the domain's own."""
    if kind == "type" and isinstance(item, AutoString):
        return f"sa.String({item.length or ''})"
    if kind == "type" and isinstance(item, UserDefinedType):
        seen.imports.add(f"import {type(item).__module__}")
    return False


def with_checks(_context: MigrationContext, _revision: object, scripts: list[MigrationScript]) -> None:
    """Add the CHECK constraints that columns carry: Alembic writes only those of whole tables."""
    for script in scripts:
        for operation in script.upgrade_ops.ops if script.upgrade_ops else ():
            if isinstance(operation, CreateTableOp):
                columns = [column for column in operation.columns if isinstance(column, Column)]
                operation.columns = [
                    *operation.columns,
                    *(check for c in columns for check in checks(operation.table_name, c)),
                ]
            elif isinstance(operation, ModifyTableOps):
                operation.ops = [*operation.ops, *later_checks(operation)]


def later_checks(change: ModifyTableOps) -> list[MigrateOperation]:
    added = [operation.column for operation in change.ops if isinstance(operation, AddColumnOp)]
    return [
        CreateCheckConstraintOp(check.name, change.table_name, check.sqltext)
        for column in added
        for check in checks(change.table_name, column)
    ]


def checks(table: str, column: "Column[object]") -> list[CheckConstraint]:
    declared = SQLModel.metadata.tables[table].columns[column.name].constraints
    return [CheckConstraint(check.sqltext, name=check.name) for check in declared if isinstance(check, CheckConstraint)]
