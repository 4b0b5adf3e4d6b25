"""What can be done with notifications through the schema?"""

from api.engine.declare import command
from domain.notifications import commands


class Mutation:
    mark_read = command(commands.mark_read)
    choose_way = command(commands.choose_way)
    send_again = command(commands.send_again)
