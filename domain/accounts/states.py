"""When a person or an application may act, and an issuer elsewhere is believed."""

from enum import StrEnum

from domain.states import Machine, move


class PersonState(StrEnum):
    """Whether an account is open. 账号状态"""

    ACTIVE = "active"
    """The person may sign in. 正常"""
    SUSPENDED = "suspended"
    """Closed for now: nobody signs in there. 已停用"""
    ERASED = "erased"
    """Closed for good: nobody is known here any more. 已注销"""


class ClientState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


class InitialTokenState(StrEnum):
    ACTIVE = "active"
    REVOKED = "revoked"


class IssuerState(StrEnum):
    TRUSTED = "trusted"
    DISTRUSTED = "distrusted"


class RightsRequestState(StrEnum):
    """How far a request about one's data is. 权利请求状态"""

    RECEIVED = "received"
    """It has come. 已收到"""
    IDENTITY_CHECKED = "identity_checked"
    """It is known that the person asks themselves. 已核验身份"""
    IN_PROGRESS = "in_progress"
    """Somebody is at it. 处理中"""
    FULFILLED = "fulfilled"
    """All of it was done. 已办理"""
    PARTLY = "partly"
    """Some of it was done, and why not the rest was said. 部分办理"""
    REFUSED = "refused"
    """Nothing of it was done, and why was said. 已拒绝"""
    WITHDRAWN = "withdrawn"
    """The person takes it back, or their account ended. 已撤回"""


PERSON = Machine(
    "person",
    PersonState.ACTIVE,
    (
        move("suspend_person", PersonState.ACTIVE, PersonState.SUSPENDED),
        move("reinstate_person", PersonState.SUSPENDED, PersonState.ACTIVE),
        move("erase_person", {PersonState.ACTIVE, PersonState.SUSPENDED}, PersonState.ERASED),
    ),
)

CLIENT = Machine(
    "client",
    ClientState.ACTIVE,
    (
        move("rotate_secret", ClientState.ACTIVE, ClientState.ACTIVE),
        move("revoke_client", ClientState.ACTIVE, ClientState.REVOKED),
    ),
)

INITIAL_TOKEN = Machine(
    "initial token",
    InitialTokenState.ACTIVE,
    (
        move("use_initial_token", InitialTokenState.ACTIVE, InitialTokenState.ACTIVE),
        move("revoke_initial_token", InitialTokenState.ACTIVE, InitialTokenState.REVOKED),
    ),
)

ISSUER = Machine(
    "issuer",
    IssuerState.TRUSTED,
    (
        move("amend_issuer", IssuerState.TRUSTED, IssuerState.TRUSTED),
        move("distrust_issuer", IssuerState.TRUSTED, IssuerState.DISTRUSTED),
    ),
)

#: Requests that still wait for their answer.
OPEN = frozenset({RightsRequestState.RECEIVED, RightsRequestState.IDENTITY_CHECKED, RightsRequestState.IN_PROGRESS})

RIGHTS_REQUEST = Machine(
    "rights request",
    RightsRequestState.RECEIVED,
    (
        move("check_identity", RightsRequestState.RECEIVED, RightsRequestState.IDENTITY_CHECKED),
        move("take_up_rights_request", RightsRequestState.IDENTITY_CHECKED, RightsRequestState.IN_PROGRESS),
        move("fulfil_rights_request", RightsRequestState.IN_PROGRESS, RightsRequestState.FULFILLED),
        move("partly_fulfil_rights_request", RightsRequestState.IN_PROGRESS, RightsRequestState.PARTLY),
        move("refuse_rights_request", OPEN, RightsRequestState.REFUSED),
        move("withdraw_rights_request", OPEN, RightsRequestState.WITHDRAWN),
    ),
)
