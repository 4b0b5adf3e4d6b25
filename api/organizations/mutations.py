"""What can be done with social organizations through the schema?"""

from api.engine.declare import command
from domain.organizations import commands


class Mutation:
    register_organization = command(commands.register_organization)
    rename_organization = command(commands.rename_organization)
    confirm_organization = command(commands.confirm_organization)
    suspend_organization = command(commands.suspend_organization)
    reinstate_organization = command(commands.reinstate_organization)
    deregister_organization = command(commands.deregister_organization)
    appoint_manager = command(commands.appoint_manager)
    add_staff = command(commands.add_staff)
    remove_staff = command(commands.remove_staff)
