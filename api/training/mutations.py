"""What can be done about courses, trainings and enrolments?"""

from api.engine.declare import command
from domain.training import commands


class Mutation:
    create_course = command(commands.create_course)
    publish_course = command(commands.publish_course)
    close_course = command(commands.close_course)
    open_training = command(commands.open_training)
    change_places = command(commands.change_places)
    cancel_training = command(commands.cancel_training)
    enrol = command(commands.enrol)
    leave_training = command(commands.leave_training)
    accept_place = command(commands.accept_place)
    decline_place = command(commands.decline_place)
    complete_training = command(commands.complete_training)
    miss_training = command(commands.miss_training)
    pass_assessment = command(commands.pass_assessment)
    fail_assessment = command(commands.fail_assessment)
