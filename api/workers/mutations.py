"""What can be done with social workers through the schema?"""

from api.engine.declare import command
from domain.workers import commands


class Mutation:
    register_social_worker = command(commands.register_social_worker)
    verify_qualification = command(commands.verify_qualification)
    release_social_worker = command(commands.release_social_worker)
    assign_supervision = command(commands.assign_supervision)
    end_supervision = command(commands.end_supervision)
