"""Where is the matrix tried? In a town with one thing of each kind, all in one place, and somebody for every role.

Each role is held by a person and by an application that acts on its own behalf, here and in another place of the kind.

Things that move through states are there once in each. No deed is ever kept: a trigger refuses every one, as if it
were there already, so that whoever may do something hears just that, and the next one finds the town as it was.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any
from uuid import UUID

from domain.accounts.access import GRANTS, spaced
from domain.accounts.introductions import introduce
from domain.accounts.models import Client, Consent, Person, RoleGrant, RoleName
from domain.accounts.rights_requests import DataRight, RightsRequest
from domain.accounts.states import PersonState, RightsRequestState
from domain.columns import Row, Text, new_id
from domain.communities.models import (
    Community,
    CommunityCategory,
    Grid,
    PopulationFigure,
    PopulationTable,
    StreetOffice,
)
from domain.communities.sums import Figure
from domain.hours.models import (
    Assurance,
    AuditDraw,
    AuditItem,
    HourCase,
    HourEntry,
    HourSource,
    Instance,
    Kinship,
    Relation,
    Tier,
)
from domain.hours.states import AuditState, CaseState, HourState, KinshipState
from domain.house import House
from domain.letters import Channel, Kind
from domain.notifications.models import Mailed, Message, MessageChoice, UndeliveredLetter, Way
from domain.organizations.models import Organization, OrganizationCategory, Staff
from domain.organizations.states import OrganizationState
from domain.programmes.models import (
    Agreement,
    Attendance,
    Booking,
    Break,
    CheckInCode,
    Device,
    Excuse,
    Invitation,
    OfflineEvent,
    OfflineKind,
    Opportunity,
    Position,
    Series,
    ServicePlan,
    Shift,
    Signup,
    Swap,
    Verdict,
)
from domain.programmes.states import (
    AgreementState,
    AttendanceState,
    BookingState,
    DeviceState,
    InvitationState,
    OpportunityState,
    PlanState,
    PositionState,
    SeriesState,
    ShiftState,
    SignupState,
    SwapState,
)
from domain.regulations.models import Rule
from domain.training.models import Course, Enrolment, Training
from domain.training.states import CourseState, EnrolmentState, TrainingState
from domain.volunteers.charter import EDITION
from domain.volunteers.models import (
    Competence,
    CompetenceLevel,
    CompetenceSource,
    DocumentType,
    IdentityDocument,
    Insurance,
    LanguageLevel,
    ServedResident,
    SpokenLanguage,
    Volunteer,
)
from domain.volunteers.states import CompetenceState, IdentityState, InsuranceState, ServedState
from domain.workers.models import Qualification, SocialWorker, Supervision
from domain.workers.states import SocialWorkerState, SupervisionState

BUSY = {PlanState.PUBLISHED, OpportunityState.PUBLISHED, ShiftState.SCHEDULED, SignupState.CONFIRMED}
LONG_AGO = date(2020, 1, 1)
NOBODY_WRITES = (
    """
    CREATE FUNCTION nobody_writes() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN RAISE unique_violation USING MESSAGE = 'allowed'; END $$""",
    "CREATE TRIGGER nobody_writes BEFORE INSERT ON deed FOR EACH ROW EXECUTE FUNCTION nobody_writes()",
)


@dataclass(frozen=True)
class Viewer:
    """Somebody, in one role at most: held here or in another place of the kind; or the person whom a column names."""

    id: UUID
    email: str
    role: RoleName | None = None
    kind: str | None = None
    """street, community or organization."""
    here: bool = True
    person: str | None = None
    is_client: bool = False

    def __str__(self) -> str:
        held = (
            f"{self.role.value} {'here' if self.here else 'elsewhere'} {self.kind or 'anywhere'}" if self.role else ""
        )
        return f"{'application ' * self.is_client}{held or self.person or 'stranger'}"


@dataclass
class Town:
    """Its rows, and those who look at them."""

    house: House
    rows: dict[type[Row], list[Any]] = field(default_factory=dict)
    elsewhere: dict[str, UUID] = field(default_factory=dict)
    viewers: list[Viewer] = field(default_factory=list)
    """People."""
    applications: list[Viewer] = field(default_factory=list)
    code: str = ""

    async def put(self, row: Any) -> Any:
        """Write it, and remember it as one of those that are looked at."""
        await self.write(row)
        self.rows.setdefault(type(row), []).append(row)
        return row

    async def write(self, row: Any) -> None:
        names = list(type(row).model_fields)
        places = ", ".join(f"${n}" for n in range(1, len(names) + 1))
        sql = f"INSERT INTO {type(row).__tablename__} ({', '.join(names)}) VALUES ({places})"
        await self.house.lanes.run(sql, [row.__dict__[name] for name in names])

    def one(self, model: type[Row]) -> Any:
        """The row of this kind; of several, one in a state in which much is done with it."""
        rows = self.rows[model]
        return next((row for row in rows if getattr(row, "state", None) in BUSY), rows[0])

    def fresh(self, model: type[Row], **known: Any) -> Any:
        """What one that is made here now would be."""
        fields, old = model.model_fields, self.rows[model][0].__dict__
        known |= {"state": fields["state"].default} if "state" in fields else {}
        known |= {"community_id": self.community.id} if "community_id" in fields else {}
        return model.read({**old, **known, "id": new_id()})

    async def person(self, name: str, **known: Any) -> Viewer:
        at = datetime(2026, 1, 1, tzinfo=UTC)
        email = f"{name.replace(' ', '.').replace('_', '.')}@example.org"
        person = Person.new(name=name, display_name=name, email=email, registered_at=at)
        await self.put(person)
        viewer = Viewer(person.id, email, **known)
        self.viewers.append(viewer)
        return viewer

    async def settle(self) -> "Town":
        self.subject = await self.person("Subject", person="person.id")
        self.code = await introduce(self.house.lanes.run, self.subject.id, self.house.clock())
        await self._places()
        await self._people()
        await self._programme()
        await self._served()
        await self._letters()
        await self._agreements()
        await self._groups_and_swaps()
        await self._trainings()
        await self._devices()
        await self._audits()
        await self._roles()
        await self.person("Stranger")
        return self

    async def _places(self) -> None:
        here: tuple[Any, ...] = ()
        for number in (1, 2):
            street = new_id(number)
            district, name = "110105", said(f"Street {number}")
            self.street = StreetOffice.new(
                id=street, street_id=street, number=number, name=name, district=district, district_name=said("Chaoyang")
            )
            self.community = Community.new(street_id=street, name=said("North"), category=CommunityCategory.URBAN)
            self.organization = Organization.new(
                street_id=street,
                name=said("Sunrise"),
                category=OrganizationCategory.FILED,
                state=OrganizationState.ACTIVE,
            )
            here = here or (self.street, self.community, self.organization)
            for row in (self.street, self.community, self.organization):
                await self.put(row)
        self.rows = {model: rows[:1] if model is not Person else rows for model, rows in self.rows.items()}
        self.elsewhere = {
            "street": self.street.id,
            "community": self.community.id,
            "organization": self.organization.id,
        }
        self.street, self.community, self.organization = here
        self.here = {"street": here[0].id, "community": here[1].id, "organization": here[2].id}
        for state in OrganizationState:
            filed, street = OrganizationCategory.FILED, here[0].id
            await self.put(Organization.new(street_id=street, name=said("One more"), category=filed, state=state))
        await self.put(
            Rule.new(
                name="patience",
                jurisdiction="CN",
                jurisdiction_name=said("China"),
                since=LONG_AGO,
                value=Decimal(1),
                unit="hours",
                says=said("Wait."),
                source="a book",
                verified=True,
            )
        )
        await self.put(Grid.new(street_id=here[0].id, community_id=here[1].id, code="01"))
        now = self.house.clock()
        table = await self.put(
            PopulationTable.new(
                district="110105", period=LONG_AGO, source="a book", content="0", streets=1, imported_at=now
            )
        )
        figures = {figure.value: 1 for figure in Figure}
        await self.put(
            PopulationFigure.new(
                street_id=here[0].id,
                population_table_id=table.id,
                period=LONG_AGO,
                line=1,
                number=1,
                printed_name="Wangjing",
                **figures,
            )
        )

    async def _people(self) -> None:
        street, organization = self.street.id, self.organization.id
        staff = await self.person("Staff", person="staff.person_id")
        await self.put(
            Staff.new(
                street_id=street, organization_id=organization, person_id=staff.id, position="cook", since=LONG_AGO
            )
        )
        here = {"role": RoleName.SOCIAL_WORKER, "kind": "community"}
        worker = await self.person("Worker", person="social_worker.person_id", **here)
        at = {"community_id": self.community.id, "since": LONG_AGO}
        await self.write(RoleGrant.new(person_id=worker.id, role=RoleName.SOCIAL_WORKER, **at))
        self.worker = await self.put(
            SocialWorker.new(
                street_id=street,
                agency_id=organization,
                person_id=worker.id,
                qualification=Qualification.INTERMEDIATE,
                certificate_number="1",
                issued_on=LONG_AGO,
                verified_by=self.subject.id,
                state=SocialWorkerState.QUALIFIED,
            )
        )
        gone = {"email": "away@example.org", "registered_at": self.house.clock(), "state": PersonState.SUSPENDED}
        away = Person.new(name="Away", display_name="Away", **gone)
        await self.put(away)
        known = self.worker.__dict__ | {"id": new_id(), "person_id": away.id, "state": SocialWorkerState.REGISTERED}
        await self.put(SocialWorker.read(known))
        person = await self.person("Volunteer", person="volunteer.person_id")
        guardian = await self.person("Guardian", person="volunteer.guardian_id")
        now, today = self.house.clock(), self.house.clock().date()
        self.volunteer = await self.put(
            Volunteer.new(
                person_id=person.id,
                display_name="V",
                legal_name="V",
                birth_date=today.replace(year=today.year - 15, day=1),
                nationality="CN",
                phone="1",
                registered_at=now,
                charter_edition=EDITION,
                charter_language="zh-Hans",
                charter_accepted_at=now,
                guardian_id=guardian.id,
                guardian_consented_at=now - timedelta(days=9),
                guardian_consent_until=now + timedelta(days=99),
                guardian_until=now + timedelta(days=999),
            )
        )
        await self.put(SpokenLanguage.new(volunteer_id=self.volunteer.id, language="en", level=LanguageLevel.BASIC))
        for n, identity_state in enumerate(IdentityState):
            await self.put(
                IdentityDocument.new(
                    volunteer_id=self.volunteer.id,
                    document_type=DocumentType.TRAVEL_PERMIT,
                    sealed_number=b"sealed",
                    tail="1234",
                    fingerprint=bytes([n]),
                    verified_by_id=self.subject.id,
                    state=identity_state,
                )
            )
        for competence_state in CompetenceState:
            await self.put(
                Competence.new(
                    volunteer_id=self.volunteer.id,
                    language="fr",
                    level=CompetenceLevel.BASIC,
                    source=CompetenceSource.REFERENCE,
                    proof="Anna",
                    since=LONG_AGO,
                    confirmed_by_id=self.subject.id,
                    state=competence_state,
                )
            )
        for insurance_state in InsuranceState:
            await self.put(
                Insurance.new(
                    street_id=street,
                    organization_id=organization,
                    volunteer_id=self.volunteer.id,
                    insurer="PICC",
                    policy="1",
                    since=LONG_AGO,
                    until=date(2099, 12, 31),
                    state=insurance_state,
                )
            )
        for state in SupervisionState:
            await self.put(
                Supervision.new(
                    street_id=street,
                    agency_id=organization,
                    social_worker_id=self.worker.id,
                    volunteer_id=self.volunteer.id,
                    since=LONG_AGO,
                    state=state,
                )
            )
        consenting = await self.person("Consenting", person="consent.person_id")
        client = await self.put(Client.new(name=said("App"), redirect_uris=[], grant_types=[], scopes=[]))
        await self.put(Consent.new(person_id=consenting.id, client_id=client.id, scopes=[], given_at=now))
        asking = await self.person("Asking", person="rights_request.person_id")
        for request_state, right in zip(RightsRequestState, DataRight, strict=True):
            await self.put(
                RightsRequest.new(
                    person_id=asking.id,
                    asks_for=right,
                    says="words",
                    filed_at=now,
                    due_at=now,
                    state=request_state,
                )
            )

    async def _plans(self, where: dict[str, UUID], words: Text) -> None:
        now = self.house.clock()
        for state in PlanState:
            plan = await self.put(
                ServicePlan.new(
                    **where,
                    social_worker_id=self.worker.id,
                    title=words,
                    aims=words,
                    measures=words,
                    since=LONG_AGO,
                    until=date(2099, 1, 1),
                    state=state,
                )
            )
        plan = self.one(ServicePlan)
        texts = {"title": words, "tasks": words, "place": words}
        for opportunity_state in OpportunityState:
            await self.put(Opportunity.new(**where, **texts, plan_id=plan.id, risks=words, state=opportunity_state))
        opportunity = self.one(Opportunity)
        for position_state in PositionState:
            await self.put(Position.new(**where, **texts, opportunity_id=opportunity.id, state=position_state))
        for series_state in SeriesState:
            await self.put(
                Series.new(
                    **where,
                    opportunity_id=opportunity.id,
                    rrule="FREQ=DAILY",
                    starts_at=now,
                    ends_at=now + timedelta(hours=2),
                    capacity=5,
                    skips_holidays=False,
                    opens_ahead=60,
                    until=date(2098, 12, 31),
                    opened_until=date(2098, 12, 31),
                    state=series_state,
                )
            )

    async def _programme(self) -> None:
        where = {
            "street_id": self.street.id,
            "community_id": self.community.id,
            "organization_id": self.organization.id,
        }
        now, words = self.house.clock(), said("Meals")
        await self._plans(where, words)
        opportunity = self.one(Opportunity)

        async def shift(state: ShiftState, ahead: int = 72) -> Any:
            begins = now + timedelta(hours=ahead if state == ShiftState.SCHEDULED else -1)
            return await self.put(
                Shift.new(
                    **where,
                    opportunity_id=opportunity.id,
                    starts_at=begins,
                    ends_at=begins + timedelta(hours=4),
                    capacity=5,
                    taken=1,
                    record_due=date(2099, 1, 1),
                    record_due_provisional=False,
                    state=state,
                )
            )

        async def signup(state: SignupState, of: Any) -> Any:
            return await self.put(
                Signup.new(
                    **where,
                    shift_id=of.id,
                    volunteer_id=self.volunteer.id,
                    signed_up_at=now,
                    offer_expires_at=now + timedelta(days=9),
                    held_until=now + timedelta(days=9),
                    state=state,
                )
            )

        for shift_state in ShiftState:
            self.shift = await shift(shift_state, 999)
            await self.put(
                CheckInCode.new(
                    street_id=self.street.id, shift_id=self.shift.id, code="123456", valid_until=now + timedelta(days=1)
                )
            )
        for signup_state in SignupState:
            await signup(signup_state, await shift(ShiftState.SCHEDULED))
        for attendance_state in AttendanceState:
            seat = await signup(SignupState.CONFIRMED, await shift(ShiftState.RUNNING))
            attendance = await self.put(
                Attendance.new(
                    street_id=self.street.id,
                    signup_id=seat.id,
                    checked_in_at=now - timedelta(hours=1),
                    check_out_by=now + timedelta(days=1),
                    objection_until=now + timedelta(days=1),
                    excuse=Excuse.ILLNESS,
                    state=attendance_state,
                )
            )
            await self.put(
                Break.new(street_id=self.street.id, attendance_id=attendance.id, began_at=now - timedelta(minutes=5))
            )
        logger = await self.person("Logger", person="hour_entry.logged_by_id")
        for hour_state in HourState:
            seat = await signup(SignupState.CONFIRMED, await shift(ShiftState.ENDED))
            await self.put(
                HourEntry.new(
                    **where,
                    volunteer_id=self.volunteer.id,
                    shift_id=seat.shift_id,
                    signup_id=seat.id,
                    served_on=LONG_AGO,
                    minutes=60,
                    source=HourSource.CODE,
                    assurance=next(iter(Assurance)),
                    tier=Tier.ORGANIZATION,
                    logged_at=now,
                    logged_by_id=logger.id,
                    state=hour_state,
                )
            )
        opener = await self.person("Opener", person="hour_case.opened_by_id")
        for case_state in CaseState:
            seat = await signup(SignupState.CONFIRMED, await shift(ShiftState.ENDED))
            await self.put(
                HourCase.new(
                    **where,
                    volunteer_id=self.volunteer.id,
                    signup_id=seat.id,
                    hour_entry_id=self.rows[HourEntry][0].id,
                    minutes=30,
                    says="Left early",
                    instance=Instance.FIRST,
                    opened_at=now,
                    opened_by_id=opener.id,
                    state=case_state,
                )
            )

        kin = [await self.person(name, person=f"kinship.{name.lower()}_id") for name in ("Person", "Relative")]
        for kinship_state in KinshipState:
            await self.put(
                Kinship.new(
                    person_id=kin[0].id,
                    relative_id=kin[1].id,
                    relation=Relation.OTHER,
                    declared_at=now,
                    state=kinship_state,
                )
            )

        told = await self.person("Told", person="message.person_id")
        await self.put(
            Message.new(
                person_id=told.id,
                verb="offer_seat",
                deed_id=new_id(),
                subject_id=new_id(),
                shift_id=self.shift.id,
                subject=words,
                says=words,
                made_at=now,
                mailed=Mailed.NONE,
            )
        )

        chooser = await self.person("Chooser", person="message_choice.person_id")
        await self.put(MessageChoice.new(person_id=chooser.id, verb="offer_seat", way=Way.INBOX))

    async def _served(self) -> None:
        served = await self.person("Served", person="served_resident.person_id")
        for served_state in ServedState:
            await self.put(
                ServedResident.new(
                    street_id=self.street.id,
                    community_id=self.community.id,
                    organization_id=self.organization.id,
                    shift_id=self.rows[Shift][0].id,
                    person_id=served.id,
                    served_on=LONG_AGO,
                    noted_at=self.house.clock(),
                    state=served_state,
                )
            )

    async def _agreements(self) -> None:
        for state in AgreementState:
            await self.put(
                Agreement.new(
                    street_id=self.street.id,
                    community_id=self.community.id,
                    organization_id=self.organization.id,
                    opportunity_id=self.one(Opportunity).id,
                    volunteer_id=self.volunteer.id,
                    wording="Both agree.",
                    language="en",
                    since=LONG_AGO,
                    until=date(2099, 12, 31),
                    signed_by_id=self.subject.id,
                    signed_at=self.house.clock(),
                    state=state,
                )
            )

    async def _groups_and_swaps(self) -> None:
        now = self.house.clock()
        group = {"contact_id": self.volunteer.id, "name": "Group", "seats": 2, "named": 1, "join_code": "BCDFGHJK"}
        due = {"booked_at": now, "names_due_at": now + timedelta(days=9)}
        between = {"giver_id": self.volunteer.id, "taker_id": self.volunteer.id}
        until = {"proposed_at": now, "expires_at": now + timedelta(days=9)}
        where = {"community_id": self.community.id, "organization_id": self.organization.id}
        shift = {"street_id": self.street.id, "shift_id": self.shift.id}
        for booking_state in BookingState:
            await self.put(Booking.new(**where, **shift, **group, **due, state=booking_state))
        for state in SwapState:
            await self.put(Swap.new(**where, **shift, **between, **until, state=state))
        asked = {"volunteer_id": self.volunteer.id, "invited_at": now, "expires_at": until["expires_at"]}
        takes_signups = next(shift for shift in self.rows[Shift] if shift.state == ShiftState.SCHEDULED)
        ahead = {"street_id": self.street.id, "shift_id": takes_signups.id}
        for invitation_state in InvitationState:
            await self.put(Invitation.new(**where, **ahead, **asked, state=invitation_state))

    async def _trainings(self) -> None:
        now, words = self.house.clock(), said("First aid")
        where = {"street_id": self.street.id, "organization_id": self.organization.id}
        learnt = {"title": words, "content": words, "minutes": 60, "skill": "first_aid", "level": CompetenceLevel.BASIC}
        for course_state in CourseState:
            await self.put(Course.new(**where, **learnt, assessed=True, state=course_state))

        one_after_the_other = count()

        async def training(state: TrainingState) -> Any:
            ahead = 999 + 5 * next(one_after_the_other)  # so that nobody is asked to be in two at once
            begins = now + timedelta(hours=ahead if state == TrainingState.SCHEDULED else -1)
            times = {"starts_at": begins, "ends_at": begins + timedelta(hours=4)}
            seats = {"place": words, "capacity": 5, "taken": 1}
            return await self.put(Training.new(**where, course_id=self.one(Course).id, **times, **seats, state=state))

        for training_state in TrainingState:
            await training(training_state)
        for enrolment_state in EnrolmentState:
            await self.put(
                Enrolment.new(
                    **where,
                    training_id=(await training(TrainingState.SCHEDULED)).id,
                    volunteer_id=self.volunteer.id,
                    enrolled_at=now,
                    offer_expires_at=now + timedelta(days=9),
                    state=enrolment_state,
                )
            )

    async def _letters(self) -> None:
        now, words = self.house.clock(), said("Meals")
        missed = await self.person("Missed", person="undelivered_letter.person_id")
        await self.house.lanes.run("UPDATE person SET email_verified_at = registered_at WHERE id = $1", (missed.id,))
        undelivered = await self.put(
            UndeliveredLetter.new(
                person_id=missed.id,
                letter_kind=Kind.NOTICE,
                channel=Channel.EMAIL,
                provider="example.org",
                trouble="550 No such user here",
                tries=1,
                written_at=now,
                failed_at=now,
            )
        )
        await self.put(
            Message.new(
                person_id=missed.id,
                verb="offer_seat",
                deed_id=new_id(),
                subject_id=new_id(),
                shift_id=self.shift.id,
                subject=words,
                says=words,
                made_at=now,
                mailed=Mailed.FAILED,
                letter_id=undelivered.id,
            )
        )

    async def _devices(self) -> None:
        now = self.house.clock()
        owner = await self.person("Owner", person="device.person_id")
        for device_state in DeviceState:
            known = {"person_id": owner.id, "name": "Tablet", "registered_at": now, "state": device_state}
            await self.put(Device.new(public_key="", **known))
        await self.put(
            OfflineEvent.new(
                device_id=self.one(Device).id,
                seq=1,
                signup_id=self.rows[Signup][0].id,
                noted=OfflineKind.IN,
                claimed_at=now,
                received_at=now,
                skew=0,
                event="words",
                verdict=Verdict.REVIEW,
            )
        )

    async def _audits(self) -> None:
        now = self.house.clock()
        for n, audit_state in enumerate(AuditState):
            seed = "0" if audit_state == AuditState.DRAWN else None
            day, of = LONG_AGO + timedelta(days=n), self.street.id
            draw = AuditDraw.new(
                street_id=of, since=day, until=day, commitment="0", announced_at=now, seed=seed, state=audit_state
            )
            await self.put(draw)
            entry = self.rows[HourEntry][0].id
            await self.put(AuditItem.new(street_id=of, audit_draw_id=draw.id, hour_entry_id=entry, rank=1))

    async def _roles(self) -> None:
        """Somebody for each role in each kind of place, here and elsewhere; and grants that are not in force yet."""
        holder = await self.person("Holder", person="role_grant.person_id")
        for role, granting in GRANTS.items():
            kinds = [column.key for column in granting.places]
            place = {kinds[-1]: self.here[kinds[-1].removesuffix("_id")]} if kinds else {}
            await self.put(RoleGrant.new(person_id=holder.id, role=role, since=date(2099, 1, 1), **place))
            for here in (True, False):
                for kind in kinds or [None] * here:
                    noun = kind and kind.removesuffix("_id")
                    viewer = await self.person(f"{spaced(role)} {noun} {here}", role=role, kind=noun, here=here)
                    where = {kind: (self.here if here else self.elsewhere)[noun]} if kind and noun else {}
                    await self.write(RoleGrant.new(person_id=viewer.id, role=role, since=LONG_AGO, **where))
                    await self.application(role, noun, here, where.values())
        await self.application()

    async def application(
        self, role: RoleName | None = None, kind: str | None = None, here: bool = True, places: Iterable[UUID] = ()
    ) -> None:
        roles = {spaced(role): [str(place) for place in places]} if role else {}
        client = Client.new(name=said("Bot"), redirect_uris=[], grant_types=[], scopes=[], roles=roles)
        await self.write(client)
        self.applications.append(Viewer(client.id, "", role, kind, here, is_client=True))


def said(text: str) -> Text:
    return {"language": "en", "text": text}
