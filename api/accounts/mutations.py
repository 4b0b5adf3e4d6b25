"""What can be done with accounts through the API? Signing up and passwords belong to the pages, not here."""

from api.engine.declare import command
from domain.accounts import commands, erasure, factors, rights


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
    file_rights_request = command(rights.file_rights_request)
    check_identity = command(rights.check_identity)
    take_up_rights_request = command(rights.take_up_rights_request)
    fulfil_rights_request = command(rights.fulfil_rights_request)
    partly_fulfil_rights_request = command(rights.partly_fulfil_rights_request)
    refuse_rights_request = command(rights.refuse_rights_request)
    withdraw_rights_request = command(rights.withdraw_rights_request)
