"""What a token can be good for: the catalogue of scopes, each in a sentence for the person who is asked."""

from collections.abc import Iterable
from typing import NamedTuple

from domain.errors import Invalid


class Says(NamedTuple):
    en: str
    zh: str


#: Scopes of OpenID Connect: who somebody is, not what may be done.
IDENTITY: dict[str, Says] = {
    "openid": Says("Know that it is you", "确认您的身份"),
    "profile": Says("See your name and language", "查看您的姓名和语言"),
    "email": Says("See your e-mail address", "查看您的邮箱地址"),
    "phone": Says("See your telephone number", "查看您的手机号"),
    "offline_access": Says("Stay connected while you are away", "在您离开后保持连接"),
}

#: Scopes of the rooms: reading and writing each, and the special ones that a room's rules name.
ROOMS: dict[str, Says] = {
    "accounts:read": Says(
        "See your account, your roles and the applications you allowed", "查看您的账号、角色和已授权的应用"
    ),
    "accounts:write": Says("Change your account and give or take roles for you", "修改您的账号，并代您授予或撤销角色"),
    "regulations:read": Says("See rules and their sources", "查看规则及其出处"),
    "regulations:write": Says("Add and correct rules for you", "代您增加和更正规则"),
    "communities:read": Says("See streets, communities and their figures", "查看街道、社区及其数据"),
    "communities:write": Says("Register communities and grids for you", "代您登记社区和网格"),
    "organizations:read": Says("See social organizations and their staff", "查看社会组织及其工作人员"),
    "organizations:write": Says(
        "Register and change organizations, their managers and staff for you",
        "代您登记和变更社会组织及其负责人、工作人员",
    ),
    "workers:read": Says("See social workers and whom they supervise", "查看社会工作者及其督导对象"),
    "workers:write": Says("Register social workers and supervision for you", "代您登记社会工作者和督导关系"),
    "workers.private:read": Says(
        "See certificate numbers of social workers where you may", "在您的权限内查看社会工作者的证书编号"
    ),
    "volunteers:read": Says("See volunteers' public profiles", "查看志愿者的公开资料"),
    "volunteers:write": Says("Change your volunteer profile", "修改您的志愿者资料"),
    "volunteers.private:read": Says(
        "See birth dates, guardians and contacts of volunteers where you may",
        "在您的权限内查看志愿者的出生日期、监护人和联系方式",
    ),
    "programmes:read": Says("See service plans, opportunities and shifts", "查看服务计划、志愿机会和班次"),
    "programmes:write": Says("Plan service, sign up and check in for you", "代您制定服务计划、报名和签到"),
    "programmes.kiosk:write": Says(
        "Check in volunteers who show their code to a device", "通过签到机为出示代码的志愿者签到"
    ),
    "hours:read": Says("See service hours", "查看服务时长"),
    "hours:write": Says("Log, verify and correct service hours for you", "代您记录、核实和更正服务时长"),
    "training:read": Says("See courses, trainings and your enrolments", "查看培训课程、场次和您的报名"),
    "training:write": Says("Enrol in trainings and hold courses for you", "代您报名培训和开设课程"),
    "notifications:read": Says("See what you were notified of", "查看您的通知"),
    "notifications:write": Says(
        "Mark notifications as read and choose how you are told", "将通知标为已读并设置通知方式"
    ),
}

CATALOGUE: dict[str, Says] = IDENTITY | ROOMS


def demand_known(scopes: Iterable[str]) -> None:
    """Raises Invalid, with the names that are not in the catalogue."""
    if unknown := set(scopes) - set(CATALOGUE):
        listed = ", ".join(sorted(unknown))
        raise Invalid("unknown_scope", f"There is no scope {listed}.", f"没有授权范围 {listed}。", path="scope")


def ordered(scopes: set[str] | frozenset[str]) -> list[str]:
    """As the catalogue lists them."""
    return [scope for scope in CATALOGUE if scope in scopes]
