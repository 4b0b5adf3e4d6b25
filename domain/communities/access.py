"""Who may do what with street offices, communities and what is counted there?"""

from domain.access import Rules, anyone, role, role_at
from domain.communities.models import Community, Grid, StreetOffice

of_the_street = role_at("street officer", Community.street_id)

RULES = Rules(
    "communities",
    register_street_office=role("operator"),
    rename_street_office=role("operator") | role_at("street officer", StreetOffice.street_id),
    register_community=of_the_street,
    rename_community=of_the_street | role_at("community officer", Community.id),
    register_grid=role_at("street officer", Grid.street_id) | role_at("community officer", Grid.community_id),
    rename_grid=role_at("street officer", Grid.street_id) | role_at("community officer", Grid.community_id),
    import_population=role("operator"),
    see_street_office=anyone,
    see_community=anyone,
    see_grid=anyone,
    see_population_table=anyone,
    see_population_figure=anyone,
)
