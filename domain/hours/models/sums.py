"""What the ledger adds up to, kept beside it: so that a district's year is read from a few thousand rows."""

from datetime import date
from uuid import UUID

from sqlalchemy import Index
from sqlmodel import Field

from domain.columns import Table

SLOTS = 8
"""So many rows hold the sum of a community's month together, so that connections seldom wait for each other."""


class HourSum(Table, table=True):
    """Time given in a community in a month: one slot of the sum, written by the triggers of domain/hours/summing.py."""

    community_id: UUID = Field(primary_key=True)
    street_id: UUID = Field(primary_key=True)
    month: date = Field(primary_key=True)
    slot: int = Field(primary_key=True)
    minutes: int
    pending_minutes: int
    entries: int

    __table_args__ = (Index("hours_of_a_street", "street_id", "month"),)
