"""What: entries in the ledger of service time, cases about them, who is related to whom, and spot checks."""

from domain.hours.models.audits import AuditDraw, AuditItem
from domain.hours.models.cases import HourCase, Instance
from domain.hours.models.entries import ASSURANCE, BY_HAND, Assurance, HourEntry, HourSource, Tier
from domain.hours.models.kinships import Kinship, Relation
from domain.hours.models.sums import SLOTS, HourSum

__all__ = [
    "ASSURANCE",
    "BY_HAND",
    "SLOTS",
    "Assurance",
    "AuditDraw",
    "AuditItem",
    "HourCase",
    "HourEntry",
    "HourSource",
    "HourSum",
    "Instance",
    "Kinship",
    "Relation",
    "Tier",
]
