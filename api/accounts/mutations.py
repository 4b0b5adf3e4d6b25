"""What can be done with accounts through the API? Signing up and passwords belong to the pages, not here."""

from api.engine.declare import command
from domain.accounts import commands, erasure, factors


class Mutation:
    amend_person = command(commands.amend_person)
    suspend_person = command(commands.suspend_person)
    reinstate_person = command(commands.reinstate_person)
    erase_person = command(erasure.erase_person)
    reset_factors = command(factors.reset_factors)
    find_person = command(commands.find_person)
    grant_role = command(commands.grant_role)
    revoke_role = command(commands.revoke_role)
    withdraw_consent = command(commands.withdraw_consent)
