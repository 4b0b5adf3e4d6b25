"""What can be done in the ledger of service time?"""

from api.engine.declare import command
from domain.hours import commands


class Mutation:
    log_hours = command(commands.log_hours)
    log_shift_hours = command(commands.log_shift_hours)
    verify_hours = command(commands.verify_hours)
    verify_shift_hours = command(commands.verify_shift_hours)
    return_hours = command(commands.return_hours)
    resubmit_hours = command(commands.resubmit_hours)
    reject_hours = command(commands.reject_hours)
    adjust_hours = command(commands.adjust_hours)
    suspect_hours = command(commands.suspect_hours)
    clear_suspicion = command(commands.clear_suspicion)
    void_hours = command(commands.void_hours)
    propose_adjustment = command(commands.propose_adjustment)
    accept_adjustment = command(commands.accept_adjustment)
    contest_adjustment = command(commands.contest_adjustment)
    open_hour_case = command(commands.open_hour_case)
    uphold_hours = command(commands.uphold_hours)
    correct_hours = command(commands.correct_hours)
    declare_kinship = command(commands.declare_kinship)
    end_kinship = command(commands.end_kinship)
    announce_audit = command(commands.announce_audit)
    draw_audit = command(commands.draw_audit)
