"""What can be done about volunteers?"""

from api.engine.declare import command
from domain.volunteers import commands


class Mutation:
    register_volunteer = command(commands.register_volunteer)
    accept_charter = command(commands.accept_charter)
    update_volunteer = command(commands.update_volunteer)
    show_identity = command(commands.show_identity)
    verify_identity = command(commands.verify_identity)
    refuse_identity = command(commands.refuse_identity)
    withdraw_identity = command(commands.withdraw_identity)
    speak_language = command(commands.speak_language)
    name_guardian = command(commands.name_guardian)
    give_guardian_consent = command(commands.give_guardian_consent)
    withdraw_guardian_consent = command(commands.withdraw_guardian_consent)
    record_competence = command(commands.record_competence)
    confirm_competence = command(commands.confirm_competence)
    refuse_competence = command(commands.refuse_competence)
    withdraw_competence = command(commands.withdraw_competence)
    revoke_competence = command(commands.revoke_competence)
    insure_volunteer = command(commands.insure_volunteer)
    end_insurance = command(commands.end_insurance)
    record_served = command(commands.record_served)
    withdraw_served = command(commands.withdraw_served)
