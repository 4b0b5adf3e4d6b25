"""Who answers for a service: who leads it, and who helps to run it?"""

from typing import Any

from domain.access import Who, role_at


def works_at(model: Any) -> Who:
    """A social worker where the service is: of its community, of its street, or of the organization that carries it."""
    return (
        role_at("social worker", model.community_id)
        | role_at("social worker", model.street_id)
        | role_at("social worker", model.organization_id)
    ).called(
        "a social worker of the community, the street or the organization", "该社区、该街道或该社会组织的社会工作者"
    )


def leads(model: Any) -> Who:
    """Whoever decides about the service."""
    return (works_at(model) | role_at("organization manager", model.organization_id)).called(
        "whoever leads the service (a social worker there, or the organization's manager)",
        "服务负责人（当地社会工作者或该社会组织负责人）",
    )


def runs(model: Any) -> Who:
    """Whoever is there on the day."""
    return (leads(model) | role_at("organization staff", model.organization_id)).called(
        "whoever runs the service (who leads it, or the organization's staff)",
        "服务执行人员（服务负责人或该社会组织工作人员）",
    )
