"""Do: everything people and the clock do with volunteers, by noun."""

from domain.volunteers.commands.competences import (
    confirm_competence,
    expire_competence,
    open_renewal,
    record_competence,
    refuse_competence,
    revoke_competence,
    withdraw_competence,
)
from domain.volunteers.commands.guardians import give_guardian_consent, name_guardian, withdraw_guardian_consent
from domain.volunteers.commands.identity import (
    expire_identity,
    refuse_identity,
    show_identity,
    verify_identity,
    withdraw_identity,
)
from domain.volunteers.commands.insurance import end_insurance, expire_insurance, insure_volunteer
from domain.volunteers.commands.profile import accept_charter, register_volunteer, speak_language, update_volunteer
from domain.volunteers.commands.served import record_served, withdraw_served

__all__ = [
    "accept_charter",
    "confirm_competence",
    "end_insurance",
    "expire_competence",
    "expire_identity",
    "expire_insurance",
    "give_guardian_consent",
    "insure_volunteer",
    "name_guardian",
    "open_renewal",
    "record_competence",
    "record_served",
    "refuse_competence",
    "refuse_identity",
    "register_volunteer",
    "revoke_competence",
    "show_identity",
    "speak_language",
    "update_volunteer",
    "verify_identity",
    "withdraw_competence",
    "withdraw_guardian_consent",
    "withdraw_identity",
    "withdraw_served",
]
