"""What can be done with rules through the schema?"""

from api.engine.declare import command
from domain.regulations import commands


class Mutation:
    add_rule = command(commands.add_rule)
    amend_rule = command(commands.amend_rule)
