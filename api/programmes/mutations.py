"""What can be done in programmes?"""

from api.engine.declare import command
from domain.programmes import commands


class Mutation:
    plan_service = command(commands.plan_service)
    publish_plan = command(commands.publish_plan)
    close_plan = command(commands.close_plan)
    cancel_plan = command(commands.cancel_plan)
    create_opportunity = command(commands.create_opportunity)
    publish_opportunity = command(commands.publish_opportunity)
    close_opportunity = command(commands.close_opportunity)
    cancel_opportunity = command(commands.cancel_opportunity)
    open_series = command(commands.open_series)
    end_series = command(commands.end_series)
    open_shift = command(commands.open_shift)
    change_capacity = command(commands.change_capacity)
    remind_shift = command(commands.remind_shift)
    cancel_shift = command(commands.cancel_shift)
    sign_up = command(commands.sign_up)
    withdraw = command(commands.withdraw)
    accept_offer = command(commands.accept_offer)
    decline_offer = command(commands.decline_offer)
    show_check_in_code = command(commands.show_check_in_code)
    check_in = command(commands.check_in)
    check_in_many = command(commands.check_in_many)
    admit_walk_in = command(commands.admit_walk_in)
    begin_break = command(commands.begin_break)
    end_break = command(commands.end_break)
    check_out = command(commands.check_out)
    confirm_check_out = command(commands.confirm_check_out)
    propose_times = command(commands.propose_times)
    mark_no_show = command(commands.mark_no_show)
    explain_no_show = command(commands.explain_no_show)
    excuse_no_show = command(commands.excuse_no_show)
    uphold_no_show = command(commands.uphold_no_show)
    correct_attendance = command(commands.correct_attendance)
