"""May the organization that carries a service work now?"""

from domain.errors import NotNow
from domain.organizations.models import Organization
from domain.organizations.states import OrganizationState


def require_active(organization: Organization) -> None:
    """An organization that is not confirmed, rests by order or is struck off begins nothing new."""
    if organization.state != OrganizationState.ACTIVE:
        raise NotNow(
            "organization_not_active",
            f"This organization is {organization.state.value}: it cannot carry a service now.",
            f"该社会组织当前状态为 {organization.state.value}，不能承接服务。",
        )
