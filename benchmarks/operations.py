"""What is asked? Each operation in the words of each server, which all give the same answer.

`draw` finds what to ask about: `viewer`, the person who asks the service, and one column for each variable. The floor
is SQL written by hand; the others are asked in GraphQL, PostGraphile with aliases to the same shape.
"""

import re
from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Operation:
    name: str
    what: str
    draw: str
    service: str
    floor: str = ""
    postgraphile: str = ""
    strawberry: str = ""
    strawchemy: str = ""
    prefix: str = ""
    """What the service's ids of this kind begin with."""
    inline: bool = False
    """Values stand in the document instead of in variables."""
    undo: str = ""
    """What takes back everything that it wrote: as many rows as times it was carried out."""
    wrote: tuple[str, ...] = ()
    """Whose rows are swept after that."""

    def wording(self, server: str) -> str:
        """What that server is asked; nothing if it cannot do this."""
        return str(getattr(self, server.lower()))

    @property
    def root(self) -> str:
        """The name of the answer's only field."""
        return str(re.findall(r"\w+", self.service.split("{")[1])[0])

    @property
    def writes(self) -> bool:
        return bool(self.undo)


POINT = Operation(
    "Q1",
    "One opportunity, with the names of its plan's organization and community",
    "SELECT benchmark.overseer(street_id) AS viewer, id FROM opportunity",
    service="""query Q1($id: ID!) {
      opportunity(id: $id) {
        id title { text } tasks { text } state
        plan { since until organization { name { text } } community { name { text } } }
      }
    }""",
    floor="""SELECT json_build_object('id', o.id, 'title', benchmark.shown(o.title), 'tasks', benchmark.shown(o.tasks),
      'state', o.state, 'plan', json_build_object('since', p.since, 'until', p.until,
        'organization', json_build_object('name', benchmark.shown(g.name)),
        'community', json_build_object('name', benchmark.shown(c.name))))::text
    FROM opportunity o JOIN service_plan p ON p.id = o.plan_id JOIN organization g ON g.id = p.organization_id
    JOIN community c ON c.id = p.community_id WHERE o.id = $1::uuid""",
    postgraphile="""query Q1($id: UUID!) {
      opportunity: opportunityByRowId(rowId: $id) {
        id: rowId title: called tasks: todo state
        plan: servicePlanByPlanId {
          since until
          organization: organizationByOrganizationId { name: called }
          community: communityByCommunityId { name: called }
        }
      }
    }""",
    strawberry="""query Q1($id: UUID!) {
      opportunity(id: $id) {
        id title tasks state
        plan { since until organization { name } community { name } }
      }
    }""",
    strawchemy="""query Q1($id: UUID!) {
      opportunity(id: $id) {
        id title tasks state
        plan { since until organization { name } community { name } }
      }
    }""",
    prefix="opp",
)

LIST = Operation(
    "Q2",
    "The first 20 opportunities of a state, newest first, with plan and organization, and pageInfo",
    """SELECT benchmark.overseer(s.id) AS viewer, state
    FROM street_office s, unnest(ARRAY['published', 'closed', 'cancelled']) state""",
    service="""query Q2($state: OpportunityState!) {
      opportunities(filter: {state: {eq: $state}}, orderBy: ID_DESC, first: 20) {
        edges { cursor node { id title { text } state plan { title { text } organization { name { text } } } } }
        pageInfo { hasNextPage endCursor }
      }
    }""",
    floor="""SELECT json_build_object(
      'edges', coalesce(
        json_agg(json_build_object('cursor', id, 'node', node) ORDER BY no) FILTER (WHERE no <= 20), '[]'),
      'pageInfo', json_build_object(
        'hasNextPage', count(*) > 20, 'endCursor', max(id::text) FILTER (WHERE no = 20)))::text
    FROM (
      SELECT o.id, no, json_build_object('id', o.id, 'title', benchmark.shown(o.title), 'state', o.state, 'plan',
        json_build_object('title', benchmark.shown(p.title),
          'organization', json_build_object('name', benchmark.shown(g.name)))) node
      FROM (SELECT *, row_number() OVER (ORDER BY id DESC) no FROM opportunity
        WHERE state = $1::text ORDER BY id DESC LIMIT 21) o
      JOIN service_plan p ON p.id = o.plan_id JOIN organization g ON g.id = p.organization_id
    ) page""",
    postgraphile="""query Q2($state: String!) {
      opportunities: allOpportunities(condition: {state: $state}, orderBy: PRIMARY_KEY_DESC, first: 20) {
        edges {
          cursor
          node {
            id: rowId title: called state
            plan: servicePlanByPlanId { title: called organization: organizationByOrganizationId { name: called } }
          }
        }
        pageInfo { hasNextPage endCursor }
      }
    }""",
    strawberry="""query Q2($state: String!) {
      opportunities(state: $state, first: 20) {
        edges { cursor node { id title state plan { title organization { name } } } }
        pageInfo { hasNextPage endCursor }
      }
    }""",
    strawchemy="""query Q2($state: String!) {
      opportunities(filter: {state: {eq: $state}}, orderBy: [{id: DESC}], limit: 20) {
        id title state plan { title organization { name } }
      }
    }""",
)

NESTED = Operation(
    "Q3",
    "A community's newest 20 opportunities: plan, organization, first shift, 5 of its signups and their volunteers",
    "SELECT benchmark.overseer(street_id) AS viewer, id FROM community",
    service="""query Q3($id: ID!) {
      community(id: $id) {
        opportunities(first: 20) {
          nodes {
            id title { text }
            plan { title { text } organization { name { text } } }
            shifts(first: 1) {
              nodes { startsAt signups(first: 5) { nodes { id state volunteer { displayName } } } }
            }
          }
        }
      }
    }""",
    floor="""SELECT json_build_object('opportunities', json_build_object('nodes', coalesce(json_agg(json_build_object(
      'id', o.id, 'title', benchmark.shown(o.title),
      'plan', (SELECT json_build_object('title', benchmark.shown(p.title), 'organization',
          (SELECT json_build_object('name', benchmark.shown(g.name))
           FROM organization g WHERE g.id = p.organization_id))
        FROM service_plan p WHERE p.id = o.plan_id),
      'shifts', json_build_object('nodes', (
        SELECT coalesce(json_agg(json_build_object('startsAt', h.starts_at, 'signups', json_build_object('nodes', (
          SELECT coalesce(json_agg(json_build_object('id', s.id, 'state', s.state, 'volunteer',
            (SELECT json_build_object('displayName', v.display_name)
             FROM volunteer v WHERE v.id = s.volunteer_id))), '[]')
          FROM (SELECT * FROM signup s WHERE s.shift_id = h.id ORDER BY s.signed_up_at, s.id LIMIT 5) s)))), '[]')
        FROM (SELECT * FROM shift h WHERE h.opportunity_id = o.id ORDER BY h.starts_at, h.id LIMIT 1) h)))
      ORDER BY o.id DESC), '[]')))::text
    FROM (SELECT * FROM opportunity WHERE community_id = $1::uuid ORDER BY id DESC LIMIT 20) o""",
    postgraphile="""query Q3($id: UUID!) {
      community: communityByRowId(rowId: $id) {
        opportunities: opportunitiesByCommunityId(orderBy: PRIMARY_KEY_DESC, first: 20) {
          nodes {
            id: rowId title: called
            plan: servicePlanByPlanId { title: called organization: organizationByOrganizationId { name: called } }
            shifts: shiftsByOpportunityId(first: 1, orderBy: [STARTS_AT_ASC, PRIMARY_KEY_ASC]) {
              nodes {
                startsAt
                signups: signupsByShiftId(first: 5, orderBy: [SIGNED_UP_AT_ASC, PRIMARY_KEY_ASC]) {
                  nodes { id: rowId state volunteer: volunteerByVolunteerId { displayName } }
                }
              }
            }
          }
        }
      }
    }""",
    strawberry="""query Q3($id: UUID!) {
      community(id: $id) {
        opportunities(first: 20) {
          id title
          plan { title organization { name } }
          shifts(first: 1) { startsAt signups(first: 5) { id state volunteer { displayName } } }
        }
      }
    }""",
    strawchemy="""query Q3($id: UUID!) {
      community(id: $id) {
        opportunities(limit: 20, orderBy: [{id: DESC}]) {
          id title
          plan { title organization { name } }
          shifts(limit: 1, orderBy: [{startsAt: ASC}, {id: ASC}]) {
            startsAt
            signups(limit: 5, orderBy: [{signedUpAt: ASC}, {id: ASC}]) { id state volunteer { displayName } }
          }
        }
      }
    }""",
    prefix="com",
)

AGGREGATE = Operation(
    "Q4",
    "A volunteer with the sum of verified minutes, and the newest 10 entries of hours with the titles of what was done",
    "SELECT person_id AS viewer, id FROM volunteer WHERE id <= benchmark.volunteer(200)",
    service="""query Q4($id: ID!) {
      volunteer(id: $id) {
        id displayName verifiedMinutes
        hours(first: 10) {
          nodes { id minutes state servedOn shift { opportunity { title { text } } } }
        }
      }
    }""",
    floor="""SELECT json_build_object('id', v.id, 'displayName', v.display_name, 'verifiedMinutes', (
      SELECT coalesce(sum(minutes), 0) FROM hour_entry h
      WHERE h.volunteer_id = v.id AND h.state IN ('final', 'verified')),
      'hours', json_build_object('nodes', (
        SELECT coalesce(json_agg(json_build_object('id', h.id, 'minutes', h.minutes, 'state', h.state,
          'servedOn', h.served_on, 'shift', (
            SELECT json_build_object('opportunity', json_build_object('title', benchmark.shown(o.title)))
            FROM shift s JOIN opportunity o ON o.id = s.opportunity_id WHERE s.id = h.shift_id))
          ORDER BY h.served_on DESC, h.id DESC), '[]')
        FROM (SELECT * FROM hour_entry h WHERE h.volunteer_id = v.id ORDER BY h.served_on DESC, h.id DESC LIMIT 10) h)
      ))::text
    FROM volunteer v WHERE v.id = $1::uuid""",
    postgraphile="""query Q4($id: UUID!) {
      volunteer: volunteerByRowId(rowId: $id) {
        id: rowId displayName verifiedMinutes
        hours: hourEntriesByVolunteerId(first: 10, orderBy: [SERVED_ON_DESC, PRIMARY_KEY_DESC]) {
          nodes {
            id: rowId minutes state servedOn
            shift: shiftByShiftId { opportunity: opportunityByOpportunityId { title: called } }
          }
        }
      }
    }""",
    strawberry="""query Q4($id: UUID!) {
      volunteer(id: $id) {
        id displayName verifiedMinutes
        hours(first: 10) { id minutes state servedOn shift { opportunity { title } } }
      }
    }""",
    strawchemy="""query Q4($id: UUID!) {
      volunteer(id: $id) {
        id displayName verifiedMinutes
        hours(limit: 10, orderBy: [{servedOn: DESC}, {id: DESC}]) {
          id minutes state servedOn shift { opportunity { title } }
        }
      }
    }""",
    prefix="vol",
)

SIGN_UP = Operation(
    "M1",
    "Sign up for a shift: its state and the opportunity's title. The service asks permission, looks whether the "
    "volunteer is free, locks, writes a deed, remembers the answer; the others take a seat and do nothing else",
    """SELECT volunteer AS viewer, shift, volunteer FROM generate_series(0, 39999) k,
      benchmark.volunteer(:volunteers + 1 + k % :newcomers) volunteer,
      benchmark.owned(:held + 1 + (k % :newcomers * 37 + k / :newcomers) % (:shifts - :held)) shift
    WHERE k < :newcomers * (:shifts - :held)""",
    service="""mutation M1($shift: ID!, $key: String!) {
      signUp(input: {shiftId: $shift, idempotencyKey: $key}) {
        ... on Signup { state shift { opportunity { title { text } } } }
        ... on Refusal { code message }
      }
    }""",
    floor="""SELECT json_build_object('state', s.state, 'shift', (
      SELECT json_build_object('opportunity', json_build_object('title', benchmark.shown(o.title)))
      FROM shift h JOIN opportunity o ON o.id = h.opportunity_id WHERE h.id = s.shift_id))::text
    FROM sign_up($1::uuid, $2::uuid) s""",
    postgraphile="""mutation M1($shift: UUID!, $volunteer: UUID!) {
      signUp(input: {shiftId: $shift, volunteerId: $volunteer}) {
        signup: result { state shift: shiftByShiftId { opportunity: opportunityByOpportunityId { title: called } } }
      }
    }""",
    strawberry="""mutation M1($shift: UUID!, $volunteer: UUID!) {
      signUp(shiftId: $shift, volunteerId: $volunteer) { state shift { opportunity { title } } }
    }""",
    prefix="shf",
    undo="""WITH gone AS (DELETE FROM signup WHERE id > benchmark.id(:streets + 1, :signups) RETURNING shift_id),
      free AS (UPDATE shift SET taken = 10, version = 1 WHERE id IN (SELECT shift_id FROM gone))
      SELECT 1 FROM gone""",
    wrote=("signup", "shift"),
)

SEARCH = Operation(
    "Q5",
    "The next 20 shifts of a community that are open, of opportunities that are published, from a moment on: when, "
    "what, with whom, and how many seats are taken",
    """SELECT benchmark.overseer(street_id) AS viewer, id, to_json(now() + d * interval '1 day') #>> '{}' AS since
    FROM community, generate_series(0, 60, 20) d""",
    service="""query Q5($id: ID!, $since: DateTime!) {
      shifts(
        filter: {
          communityId: {eq: $id}, state: {eq: SCHEDULED}, startsAt: {gte: $since}, opportunity: {state: {eq: PUBLISHED}}
        }
        orderBy: STARTS_AT_ASC
        first: 20
      ) {
        nodes {
          id startsAt endsAt capacity taken opportunity { title { text } plan { organization { name { text } } } }
        }
        pageInfo { hasNextPage }
      }
    }""",
    floor="""SELECT json_build_object(
      'nodes', coalesce(json_agg(node ORDER BY no) FILTER (WHERE no <= 20), '[]'),
      'pageInfo', json_build_object('hasNextPage', count(*) > 20))::text
    FROM (
      SELECT no, json_build_object('id', h.id, 'startsAt', h.starts_at, 'endsAt', h.ends_at, 'capacity', h.capacity,
        'taken', h.taken, 'opportunity', json_build_object('title', benchmark.shown(o.title), 'plan',
          json_build_object('organization', json_build_object('name', benchmark.shown(g.name))))) node
      FROM (SELECT *, row_number() OVER (ORDER BY starts_at, id) no
        FROM open_shifts($1::uuid, $2::text::timestamptz) ORDER BY starts_at, id LIMIT 21) h
      JOIN opportunity o ON o.id = h.opportunity_id JOIN service_plan p ON p.id = o.plan_id
      JOIN organization g ON g.id = p.organization_id
    ) page""",
    postgraphile="""query Q5($id: UUID!, $since: Datetime!) {
      shifts: openShifts(community: $id, since: $since, first: 20) {
        nodes {
          id: rowId startsAt endsAt capacity taken
          opportunity: opportunityByOpportunityId {
            title: called plan: servicePlanByPlanId { organization: organizationByOrganizationId { name: called } }
          }
        }
        pageInfo { hasNextPage }
      }
    }""",
    strawberry="""query Q5($id: UUID!, $since: DateTime!) {
      shifts(community: $id, since: $since, first: 20) {
        nodes { id startsAt endsAt capacity taken opportunity { title plan { organization { name } } } }
        pageInfo { hasNextPage }
      }
    }""",
    prefix="com",
)

AD_HOC = replace(
    POINT, name="ad hoc", what="Q1 with the id written into the document, so that texts differ", floor="", inline=True
)

OPERATIONS = (POINT, LIST, NESTED, AGGREGATE, SEARCH, SIGN_UP, AD_HOC)
