"""What can be done with street offices, communities and grids through the schema?"""

from api.engine.declare import command
from domain.communities import commands


class Mutation:
    register_street_office = command(commands.register_street_office)
    rename_street_office = command(commands.rename_street_office)
    register_community = command(commands.register_community)
    rename_community = command(commands.rename_community)
    register_grid = command(commands.register_grid)
    rename_grid = command(commands.rename_grid)
