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
