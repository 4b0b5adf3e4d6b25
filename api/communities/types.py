"""What can be read about street offices, communities, grids and the people counted there?"""

from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from api.engine.declare import (
    Connection,
    Node,
    by_id,
    contains,
    every,
    expression,
    filters,
    graph,
    many,
    one,
    orders,
    rows,
)
from api.programmes.types import OpportunityFilter, OpportunityOrder
from domain.columns import Text
from domain.communities import models
from domain.communities.access import RULES
from domain.communities.figures import foreign_share, holds, population_inconsistencies, population_summary
from domain.communities.models import CommunityCategory
from domain.communities.sums import Figure
from domain.programmes.models import Opportunity as OpportunityRow

if TYPE_CHECKING:
    from api.programmes.types import Opportunity

EVERYBODY = "whoever reads anything in this room sees all of it"

StreetOfficeOrder = orders(models.StreetOffice, "number")
StreetOfficeFilter = filters(models.StreetOffice, "number", "district", contains("name"))
CommunityOrder = orders(models.Community, "id")
CommunityFilter = filters(models.Community, "street_id", "category", contains("name"))
GridOrder = orders(models.Grid, "code")
GridFilter = filters(models.Grid, "street_id", "community_id", "code")
PopulationTableOrder = orders(models.PopulationTable, "-period", "imported_at")
PopulationTableFilter = filters(models.PopulationTable, "district", "period", "superseded_at")
PopulationFigureOrder = orders(models.PopulationFigure, "-period", "line", "total", "from_abroad")
PopulationFigureFilter = filters(
    models.PopulationFigure, "street_id", "population_table_id", "period", "total", "from_abroad"
)


@graph(models.StreetOffice, see=(RULES, "see_street_office"))
class StreetOffice(Node):
    """The office that serves a street: the smallest unit of a city's administration. 街道办事处"""

    number: int
    name: Text
    district: str
    district_name: Text
    communities: "Connection[Community]" = many(
        models.Community.street_id, order=CommunityOrder, filter=CommunityFilter
    )
    """The communities of its street."""
    population_figures: "Connection[PopulationFigure]" = many(
        models.PopulationFigure.street_id, order=PopulationFigureOrder, filter=PopulationFigureFilter, where=holds
    )
    """Who lives there, as printed, one row for each table that holds."""


@graph(models.Community, see=(RULES, "see_community"))
class Community(Node):
    """Neighbours who govern themselves together. 社区"""

    street: StreetOffice = one(models.Community.street_id, sure=EVERYBODY)
    name: Text
    category: CommunityCategory
    grids: "Connection[Grid]" = many(models.Grid.community_id, order=GridOrder, filter=GridFilter)
    """The grids it is divided into."""
    opportunities: "Connection[Opportunity]" = many(
        OpportunityRow.community_id, order=OpportunityOrder, filter=OpportunityFilter
    )
    """Ways to help there, the newest first."""


@graph(models.Grid, see=(RULES, "see_grid"))
class Grid(Node):
    """A part of a community that one person can know by heart. 网格"""

    street: StreetOffice = one(models.Grid.street_id, sure=EVERYBODY)
    community: Community = one(models.Grid.community_id, sure=EVERYBODY)
    code: str


@graph(models.PopulationTable, see=(RULES, "see_population_table"))
class PopulationTable(Node):
    """A table of a district's people, street by street, that somebody printed and we imported. 人口统计表"""

    district: str
    period: date
    source: str
    content: str
    streets: int
    imported_at: datetime
    superseded_at: datetime | None
    figures: "Connection[PopulationFigure]" = many(
        models.PopulationFigure.population_table_id, order=PopulationFigureOrder, filter=PopulationFigureFilter
    )
    """Its rows as printed."""


@graph(models.PopulationFigure, see=(RULES, "see_population_figure"))
class PopulationFigure(Node):
    """One row of a population table, every figure as it is printed there, also where they do not add up. 人口数据"""

    street: StreetOffice = one(models.PopulationFigure.street_id, sure=EVERYBODY)
    population_table: PopulationTable = one(models.PopulationFigure.population_table_id, sure=EVERYBODY)
    period: date
    line: int
    number: int
    printed_name: str
    registered: int
    registered_in_district: int
    registered_apart: int
    incoming: int
    incoming_with_permit: int
    incoming_without_permit: int
    from_abroad: int
    total: int
    foreign_share: Decimal | None = expression(lambda table, viewer: foreign_share(table.c.from_abroad, table.c.total))
    """The share of people from abroad among all, 0 to 1, four decimals. 境外人员占比"""


@graph(see=(RULES, "see_population_figure"))
class PopulationSummary:
    """What the rows of one population table come to. 人口汇总"""

    population_table: PopulationTable | None = one("population_table_id")
    """The table."""
    district: str
    """The district it counts, by its code of GB/T 2260."""
    period: date
    """The month it speaks of, by its first day."""
    source: str
    """Who printed it, and where."""
    streets: int
    """How many streets were added up."""
    registered: int
    """People registered there. 户籍人口"""
    incoming: int
    """People who came from elsewhere in the country, as printed. 外来人口"""
    from_abroad: int
    """People from abroad. 境外人员"""
    total: int
    """All people, as printed. 总计"""
    foreign_share: Decimal | None
    """The share of people from abroad among all, 0 to 1, four decimals. 境外人员占比"""


@graph(see=(RULES, "see_population_figure"))
class PopulationInconsistency:
    """A printed figure that is not the sum it should be. Both are shown; neither is repaired. 数据不一致"""

    population_table: PopulationTable | None = one("population_table_id")
    """The table it was printed in."""
    street: StreetOffice | None = one("street_id")
    """The street it counts; null for the table's own row of totals."""
    printed_name: str
    """The row's name as printed."""
    line: int | None
    """The line of the imported file; null for the row of totals."""
    figure: Figure
    """The figure in question."""
    printed: int
    """What is printed."""
    summed: int
    """What its parts, or its column, come to."""


class Query:
    street_office: StreetOffice | None = by_id(models.StreetOffice)
    """A street office."""
    street_offices: Connection[StreetOffice] = every(
        models.StreetOffice, order=StreetOfficeOrder, filter=StreetOfficeFilter
    )
    """All street offices."""
    community: Community | None = by_id(models.Community)
    """A community."""
    communities: Connection[Community] = every(models.Community, order=CommunityOrder, filter=CommunityFilter)
    """All communities."""
    grids: Connection[Grid] = every(models.Grid, order=GridOrder, filter=GridFilter)
    """All grids."""
    population_tables: Connection[PopulationTable] = every(
        models.PopulationTable, order=PopulationTableOrder, filter=PopulationTableFilter
    )
    """All imported tables, also those that were superseded."""
    population_figures: Connection[PopulationFigure] = every(
        models.PopulationFigure, order=PopulationFigureOrder, filter=PopulationFigureFilter, where=holds
    )
    """Figures as printed, of all tables that hold."""
    population_summary: list[PopulationSummary] = rows(population_summary)
    """What the tables that hold come to, each by itself, newest first."""
    population_inconsistencies: list[PopulationInconsistency] = rows(population_inconsistencies)
    """Where a table that holds does not add up, newest first."""
