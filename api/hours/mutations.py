"""What can be done in the ledger of service time?"""

from api.engine.declare import command
from domain.hours import commands


class Mutation:
    log_hours = command(commands.log_hours)
    verify_hours = command(commands.verify_hours)
    reject_hours = command(commands.reject_hours)
    adjust_hours = command(commands.adjust_hours)
    void_hours = command(commands.void_hours)
