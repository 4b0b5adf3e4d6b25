"""Each operation of the contract runs on the real engine, for somebody who may, with what earlier answers gave."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from joserfc import jws
from joserfc.jwk import OKPKey

from domain.access import Actor
from domain.accounts.clients import register_client
from domain.accounts.commands import give_consent
from domain.accounts.introductions import introduce
from domain.clock import Alarm
from domain.columns import day_of, new_id, typed
from domain.letters import NEVER
from domain.notifications.telling import begin, tell
from sanshe.demo import (
    ANNA,
    COMMUNITY,
    GUARDIAN,
    LIU,
    MANAGER,
    MINOR,
    OFFICER,
    OPERATES,
    STAFF,
    STRANGER,
    WORKER,
    ZHOU,
    Character,
)
from tests.acting import done, linked
from tests.conftest import Clock
from tests.frontend_contract.frontend import Frontend, Town


def words(text: str) -> dict[str, Any]:
    return {"language": "zh-Hans", "text": text, "translations": [{"language": "en", "text": f"{text} in English"}]}


async def person_id(town: Town, character: Character) -> str:
    """What they read of themselves, and tell whoever asks."""
    them = await town.frontend(character)
    return str((await them.asks("Viewer"))["viewer"]["id"])


async def wangjing(frontend: Frontend) -> str:
    found = await frontend.asks("Streets", name="望京")
    return str(found["streetOffices"]["nodes"][0]["id"])


async def test_accounts(town: Town) -> None:
    operator, stranger = await town.frontend(OPERATES), await town.frontend(STRANGER)
    he_xin = await person_id(town, STRANGER)
    assert (await stranger.does("AmendPerson", personId=he_xin, locale="en"))["locale"] == "en"

    code = await introduce(town.house.lanes.run, stranger.actor.id or new_id(), town.house.clock())
    assert (await operator.does("FindPerson", code=code))["id"] == he_xin
    grant = await operator.does("GrantRole", personId=he_xin, role="AUDITOR")
    held = (await stranger.asks("Viewer"))["viewer"]["roles"]["nodes"]
    assert [(role["id"], role["role"]) for role in held] == [(grant["id"], "AUDITOR")]
    assert (await operator.does("RevokeRole", roleGrantId=grant["id"], reason="For today only."))["until"]

    portal = await done(
        town.house,
        register_client,
        name={"language": "en", "text": "City portal"},
        redirect_uris=["https://portal.example/callback"],
        scopes=["hours:read"],
        grant_types=["authorization_code"],
    )
    await town.house.do(stranger.actor, give_consent, client_id=portal.id, scopes=["hours:read"])
    (consent,) = (await stranger.asks("Viewer"))["viewer"]["consents"]["nodes"]
    assert (await stranger.does("WithdrawConsent", consentId=consent["id"]))["client"]["name"]["text"] == "City portal"

    ask = {"asksFor": "EXPLANATION", "says": "Why was I not offered the seat?"}
    asked = (await stranger.does("FileRightsRequest", **ask))["id"]
    (queued,) = (await operator.asks("RightsRequestQueue"))["rightsRequests"]["nodes"]
    assert (queued["id"], queued["person"]["id"]) == (asked, he_xin)
    assert (await stranger.does("WithdrawRightsRequest", rightsRequestId=asked))["state"] == "WITHDRAWN"
    for answer, state in (
        ("FulfilRightsRequest", "FULFILLED"),
        ("PartlyFulfilRightsRequest", "PARTLY"),
        ("RefuseRightsRequest", "REFUSED"),
    ):
        again = (await stranger.does("FileRightsRequest", **ask))["id"]
        await operator.does("CheckIdentity", rightsRequestId=again, reason="Was signed in.")
        await operator.does("TakeUpRightsRequest", rightsRequestId=again)
        told = await operator.does(answer, rightsRequestId=again, answer=words("The seat went to the next in line."))
        assert (told["state"], told["viewerCan"]) == (state, [])
    mine = (await stranger.asks("MyRightsRequests"))["viewer"]["rightsRequests"]["nodes"]
    assert [request["courtRoute"] is None for request in mine] == [False, False, True, True]

    reset = await operator.does("ResetFactors", personId=he_xin, reason="The telephone was lost.")
    assert reset["id"] == he_xin
    suspended = await operator.does("SuspendPerson", personId=he_xin, reason="Somebody else signs in there.")
    assert suspended["viewerCan"] == ["reinstate_person", "erase_person"]
    assert (await operator.does("ReinstatePerson", personId=he_xin, reason="All is well."))["state"] == "ACTIVE"
    erased = await operator.does("ErasePerson", personId=he_xin, reason="By letter, with a copy of the identity card.")
    assert (erased["state"], erased["viewerCan"]) == ("ERASED", [])
    assert not town.unsent("accounts")


async def test_regulations(town: Town) -> None:
    operator, stranger = await town.frontend(OPERATES), await town.frontend(STRANGER)
    street = await wangjing(stranger)
    held = [found["rule"] for found in (await stranger.asks("RulesInForce", streetId=street))["rulesInForce"]]
    assert {rule["name"]: rule["jurisdictionName"]["text"] for rule in held}["agreement_foreign"] == "北京市"
    known = next(rule for rule in held if rule["name"] == "record_due")
    enacted = {"says": words("五个工作日"), "source": "朝阳区规定", "verified": False, "reason": "For Chaoyang."}
    rule = await operator.does(
        "AddRule", ruleId=known["id"], jurisdiction="CN-BJ-110105", since="2026-01-01", value="5", **enacted
    )
    assert (rule["name"], rule["unit"], rule["jurisdictionName"]["text"]) == ("record_due", "working days", "朝阳区")
    amended = await operator.does("AmendRule", ruleId=rule["id"], value="6", verified=True, reason="Read in full.")
    assert (amended["value"], amended["verified"], amended["version"]) == ("6", True, 2)
    here = {"filter": {"jurisdiction": {"eq": "CN-BJ-110105"}}}
    assert [r["version"] for r in (await stranger.asks("Rules", **here))["rules"]["nodes"]] == [1, 2]
    assert not town.unsent("regulations")


async def test_communities(town: Town) -> None:
    operator, officer = await town.frontend(OPERATES), await town.frontend(OFFICER)
    figures = (await officer.asks("PopulationFigures", first=30))["populationFigures"]["nodes"]
    assert len(figures) == 23
    assert {f["printedName"]: f["foreignShare"] for f in figures}["望京"] == "0.0489"
    sums = await officer.asks("PopulationSummary", district="110105")
    assert sums["populationSummary"][0]["foreignShare"] == "0.0174"
    assert len(sums["populationInconsistencies"]) == 10

    office = await operator.does("RegisterStreetOffice", number=4711, district="110105", name=words("新街"))
    renamed = await operator.does("RenameStreetOffice", streetOfficeId=office["id"], name=words("新街道"))
    assert renamed["name"]["text"] == "新街道"

    street = await wangjing(officer)
    community = await officer.does("RegisterCommunity", streetId=street, name=words("花园"), category="URBAN")
    await officer.does("RenameCommunity", communityId=community["id"], name=words("大花园"))
    grid = await officer.does("RegisterGrid", communityId=community["id"], code="07")
    await officer.does("RenameGrid", gridId=grid["id"], code="08")
    shown = (await officer.asks("StreetWithCommunities", id=street))["streetOffice"]["communities"]["nodes"]
    grids = {c["name"]["text"]: [g["code"] for g in c["grids"]["nodes"]] for c in shown}
    assert grids == {"和睦社区": ["01", "02", "03"], "新竹社区": [], "大花园": ["08"]}
    assert not town.unsent("communities")


async def test_organizations(town: Town) -> None:
    officer, manager = await town.frontend(OFFICER), await town.frontend(STRANGER)
    new = {"streetId": await wangjing(officer), "category": "FILED"}
    id = (await officer.does("RegisterOrganization", name=words("新芽"), **new))["id"]
    assert (await officer.does("ConfirmOrganization", organizationId=id))["state"] == "ACTIVE"
    await officer.does("SuspendOrganization", organizationId=id, reason="Its report is late.")
    await officer.does("ReinstateOrganization", organizationId=id, reason="The report is here.")
    await officer.does("RenameOrganization", organizationId=id, name=words("新芽中心"))

    post = {"organizationId": id, "position": "主任 director"}
    await officer.does("AppointManager", personId=await person_id(town, STRANGER), **post)
    manager = await town.frontend(STRANGER)
    staff = await manager.does("AddStaff", personId=await person_id(town, ZHOU), **post)
    team = (await manager.asks("OrganizationWithStaff", id=id))["organization"]["staff"]["nodes"]
    assert {one["person"]["displayName"] for one in team} == {STRANGER.name, ZHOU.name}
    assert (await manager.does("RemoveStaff", staffId=staff["id"], reason="She moves away."))["until"]

    await officer.does("DeregisterOrganization", organizationId=id, reason="Dissolved by its members.")
    states = {"state": {"in": ["ACTIVE", "DEREGISTERED"]}}
    found = (await officer.asks("Organizations", filter=states))["organizations"]["nodes"]
    assert {o["name"]["text"]: o["state"] for o in found} == {
        "同心社会工作服务中心": "ACTIVE",
        "新芽中心": "DEREGISTERED",
    }
    assert not town.unsent("organizations")


async def test_workers(town: Town) -> None:
    officer, manager = await town.frontend(OFFICER), await town.frontend(MANAGER)
    (zhao,) = (await officer.asks("SocialWorkers"))["socialWorkers"]["nodes"]
    paper = {"qualification": "ASSISTANT", "certificateNumber": "DEMO-0043", "issuedOn": "2024-09-01"}
    new = await manager.does(
        "RegisterSocialWorker", agencyId=zhao["agency"]["id"], personId=await person_id(town, STAFF), **paper
    )
    assert (await officer.does("VerifyQualification", socialWorkerId=new["id"]))["state"] == "QUALIFIED"
    communities = (await officer.asks("StreetWithCommunities", id=await wangjing(officer)))["streetOffice"]
    xinzhu = next(c["id"] for c in communities["communities"]["nodes"] if c["name"]["text"] == "新竹社区")
    charge = await officer.does("AssignSupervision", socialWorkerId=new["id"], communityId=xinzhu)
    shown = (await manager.asks("SocialWorkerWithSupervisions", id=new["id"]))["socialWorker"]
    assert shown["certificateNumber"] == "DEMO-0043"
    assert [s["community"]["id"] for s in shown["supervisions"]["nodes"]] == [xinzhu]
    await officer.does("EndSupervision", supervisionId=charge["id"], reason="Another takes over.")
    left = await manager.does("ReleaseSocialWorker", socialWorkerId=new["id"], reason="She moves away.")
    assert left["state"] == "RELEASED"
    assert not town.unsent("workers")


async def test_volunteers(town: Town) -> None:
    minor, guardian, worker = [await town.frontend(c) for c in (STRANGER, GUARDIAN, WORKER)]
    me = await minor.does("RegisterVolunteer", legalName="He Xin", birthDate="2011-01-31", skills=["reading"])
    assert me["skills"] == ["reading"]
    read = (await minor.asks("CharterClauses"))["charterClauses"]
    accepts = {"charterEdition": read[0]["edition"], "charterLanguage": "en"}
    assert (await minor.does("AcceptCharter", volunteerId=me["id"], **accepts))["charterLanguage"] == "en"
    await minor.does("UpdateVolunteer", volunteerId=me["id"], displayName="小何")
    await minor.does("SpeakLanguage", volunteerId=me["id"], language="fr", level="BASIC")
    await minor.does("NameGuardian", volunteerId=me["id"], guardianId=await person_id(town, GUARDIAN))
    assert (await guardian.does("GiveGuardianConsent", volunteerId=me["id"]))["guardianConsentedAt"]
    mine = (await minor.asks("MyVolunteer"))["myVolunteer"]
    assert (mine["birthDate"], mine["guardian"]["displayName"]) == ("2011-01-31", GUARDIAN.name)
    assert not (await guardian.does("WithdrawGuardianConsent", volunteerId=me["id"]))["guardianConsentedAt"]
    permit = {"volunteerId": me["id"], "documentType": "TRAVEL_PERMIT", "documentNumber": "H12345678"}
    taken_back = await minor.does("ShowIdentity", **permit)
    assert (await minor.does("WithdrawIdentity", identityDocumentId=taken_back["id"]))["state"] == "WITHDRAWN"
    blurred = await minor.does("ShowIdentity", **permit)
    why = {"identityDocumentId": blurred["id"], "reason": "照片无法辨认。"}
    assert (await worker.does("RefuseIdentity", **why))["reason"] == "照片无法辨认。"
    shown = await minor.does("ShowIdentity", **permit)
    assert (shown["tail"], shown["viewerCan"]) == ("5678", ["withdraw_identity"])
    looked = {"identityDocumentId": shown["id"], "documentNumber": "H12345678"}
    assert (await worker.does("VerifyIdentity", **looked))["state"] == "VERIFIED"
    documents = (await worker.asks("IdentityDocuments", volunteer=me["id"]))["volunteer"]["identityDocuments"]["nodes"]
    assert [document["state"] for document in documents] == ["VERIFIED", "REFUSED", "WITHDRAWN"]

    aid = {
        "volunteerId": me["id"],
        "skill": "first_aid",
        "level": "BASIC",
        "source": "CERTIFICATE",
        "proof": "红十字会",
    }
    mistaken = await minor.does("RecordCompetence", **aid)
    await minor.does("WithdrawCompetence", competenceId=mistaken["id"])
    unclear = await minor.does("RecordCompetence", **aid)
    told = await worker.does("RefuseCompetence", competenceId=unclear["id"], reason="证书无法辨认。")
    assert told["reason"] == "证书无法辨认。"
    known = await minor.does("RecordCompetence", **aid)
    assert (await worker.does("ConfirmCompetence", competenceId=known["id"]))["state"] == "CURRENT"
    revoked = await worker.does("RevokeCompetence", competenceId=known["id"], reason="证书系他人所有。")
    assert (revoked["state"], revoked["viewerCan"]) == ("REVOKED", [])
    shown = (await worker.asks("Competences", volunteer=me["id"]))["volunteer"]["competences"]["nodes"]
    assert [competence["state"] for competence in shown] == ["REVOKED", "REFUSED", "WITHDRAWN"]

    manager = await town.frontend(MANAGER)
    (organization,) = (await manager.asks("Organizations"))["organizations"]["nodes"][:1]
    days = {"since": "2026-01-01", "until": "2099-12-31"}
    by = {"organizationId": organization["id"], "volunteerId": me["id"]}
    insured = await manager.does("InsureVolunteer", **by, insurer="中国人保", policy="PEAC-1", **days)
    assert insured["viewerCan"] == ["end_insurance"]
    told = await manager.does("EndInsurance", insuranceId=insured["id"], reason="保险合同已解除。")
    assert told["state"] == "ENDED"
    (known,) = (await minor.asks("Insurances", volunteer=me["id"]))["volunteer"]["insurances"]["nodes"]
    assert known["policy"] == "PEAC-1"

    # Who was served, and wants it noted, can begin to serve others.
    run = "UPDATE shift SET state = 'running' WHERE id = (SELECT min(id::text)::uuid FROM shift) RETURNING id"
    [running] = await town.house.lanes.run(run)
    shows = await introduce(town.house.lanes.run, guardian.actor.id or new_id(), town.house.clock())
    served = await manager.does("RecordServed", shiftId=typed("shf", running["id"]), code=shows)
    assert served["viewerCan"] == ["withdraw_served"]
    (noted,) = (await guardian.asks("ServedResidents"))["servedResidents"]["nodes"]
    assert noted["id"] == served["id"]
    (counted,) = (await worker.asks("Conversions"))["conversions"]
    assert (counted["community"], counted["served"]) == (served["community"], None)  # too few to be told
    assert (await guardian.does("WithdrawServed", servedResidentId=served["id"]))["state"] == "WITHDRAWN"

    (found,) = (await worker.asks("Volunteers", name="小何"))["volunteers"]["nodes"]
    assert found["languages"]["nodes"] == [{"language": "fr", "level": "BASIC"}]
    assert not town.unsent("volunteers")


async def test_training(town: Town, clock: Clock) -> None:
    manager, liu, zhou, anna = [await town.frontend(c) for c in (MANAGER, LIU, ZHOU, ANNA)]
    (organization,) = (await manager.asks("ServicePlans"))["servicePlans"]["nodes"][:1]
    aid = {
        "title": words("急救"),
        "content": words("心肺复苏。"),
        "minutes": 120,
        "skill": "first_aid",
        "level": "BASIC",
    }
    where = {"streetId": await wangjing(manager), "organizationId": organization["organization"]["id"]}
    drafted = await manager.does("CreateCourse", **where, **aid, assessed=True, validMonths=24)
    assert drafted["viewerCan"] == ["publish_course", "close_course"]
    course = await manager.does("PublishCourse", courseId=drafted["id"])
    times = {"startsAt": "2026-06-20T06:00:00Z", "endsAt": "2026-06-20T08:00:00Z"}
    training = await manager.does("OpenTraining", courseId=course["id"], **times, place=words("图书室"), capacity=1)
    assert course["id"] in [c["id"] for c in (await liu.asks("Courses"))["courses"]["nodes"]]
    found = next(t for t in (await liu.asks("Trainings"))["trainings"]["nodes"] if t["id"] == training["id"])
    assert (found["id"], found["placesLeft"], found["course"]["id"]) == (training["id"], 1, course["id"])

    # One has a place, one waits; who leaves passes the place on.
    place, offered = [await v.does("Enrol", trainingId=training["id"]) for v in (liu, zhou)]
    assert (place["state"], offered["number"]) == ("ENROLLED", 1)
    await liu.does("LeaveTraining", enrolmentId=place["id"])
    mine = (await zhou.asks("MyEnrolments"))["myVolunteer"]["enrolments"]["nodes"]
    assert [(e["id"], e["state"]) for e in mine] == [(offered["id"], "OFFERED")]
    assert (await zhou.does("AcceptPlace", enrolmentId=offered["id"]))["state"] == "ENROLLED"
    again = await liu.does("Enrol", trainingId=training["id"])
    await manager.does("ChangePlaces", trainingId=training["id"], capacity=2)
    assert (await liu.does("DeclinePlace", enrolmentId=again["id"]))["state"] == "DECLINED"
    held = (await manager.asks("TrainingWithEnrolments", id=training["id"]))["training"]
    assert [e["volunteer"]["displayName"] for e in held["enrolments"]["nodes"] if e["state"] == "ENROLLED"] == [
        ZHOU.name
    ]
    called_off = await manager.does("CancelTraining", trainingId=training["id"], reason="讲师生病")
    assert (called_off["state"], called_off["placesLeft"]) == ("CANCELLED", 2)

    # It is held: one passes, one does not, one did not come.
    training = await manager.does("OpenTraining", courseId=course["id"], **times, place=words("图书室"), capacity=3)
    places = [(await v.does("Enrol", trainingId=training["id"]))["id"] for v in (liu, zhou, anna)]
    for moment in times.values():
        clock.now = datetime.fromisoformat(moment)
        await Alarm(town.house).ring()
    for place in places[:2]:
        assert (await manager.does("CompleteTraining", enrolmentId=place))["state"] == "COMPLETED"
    assert (await manager.does("PassAssessment", enrolmentId=places[0]))["state"] == "PASSED"
    failed = await manager.does("FailAssessment", enrolmentId=places[1], reason="按压深度不足")
    assert (failed["state"], failed["reason"], failed["viewerCan"]) == ("FAILED", "按压深度不足", [])
    assert (await manager.does("MissTraining", enrolmentId=places[2]))["state"] == "MISSED"
    assert (await manager.does("CloseCourse", courseId=course["id"]))["viewerCan"] == []
    assert not town.unsent("training")


async def test_programmes(town: Town, clock: Clock) -> None:
    worker, liu, zhou, anna, wu = [await town.frontend(c) for c in (WORKER, LIU, ZHOU, ANNA, MINOR)]

    # The social worker plans, and opens two shifts.
    known = (await worker.asks("ServicePlans"))["servicePlans"]["nodes"][0]
    (zhao,) = (await worker.asks("SocialWorkers"))["socialWorkers"]["nodes"]
    plan = {
        "communityId": known["community"]["id"],
        "organizationId": known["organization"]["id"],
        "socialWorkerId": zhao["id"],
        "title": words("代际阅读"),
        "aims": words("老少共读。"),
        "measures": words("每月共读次数。"),
        "budget": {"amount": "1200.50"},
        "since": "2026-06-01",
        "until": "2026-12-31",
    }
    plan_id = (await worker.does("PlanService", **plan))["id"]
    await worker.does("PublishPlan", planId=plan_id)
    texts = {"title": words("共读"), "tasks": words("读一小时。"), "risks": words("无。"), "place": words("图书室")}
    opportunity_id = (await worker.does("CreateOpportunity", planId=plan_id, **texts))["id"]
    await worker.does("PublishOpportunity", opportunityId=opportunity_id)
    terms = {"language": "zh-Hans", "text": "双方同意。", "translations": [{"language": "en", "text": "Both agree."}]}
    offered_terms = await worker.does("OfferAgreement", opportunityId=opportunity_id, agreement=terms)
    assert offered_terms["agreement"]["text"] == "双方同意。"
    times = [
        ("2026-06-08T06:00:00Z", "2026-06-08T08:00:00Z"),
        ("2026-06-09T06:00:00Z", "2026-06-09T08:00:00Z"),
        ("2026-06-10T06:00:00Z", "2026-06-10T08:00:00Z"),
    ]
    first, second, third = [
        await worker.does("OpenShift", opportunityId=opportunity_id, startsAt=start, endsAt=end, capacity=1)
        for start, end in times
    ]

    # Volunteers find them, page by page.
    opened = (await liu.asks("Opportunities", first=1))["opportunities"]
    assert [o["title"]["text"] for o in opened["nodes"]] == ["共读"]
    assert (await liu.asks("Opportunities", after=opened["pageInfo"]["endCursor"]))["opportunities"]["nodes"]
    page = (await liu.asks("Shifts", first=3))["shifts"]
    rest = (await liu.asks("Shifts", first=2, after=page["pageInfo"]["endCursor"]))["shifts"]
    assert [s["id"] for s in rest["nodes"]] == [first["id"], second["id"]]
    back = (await liu.asks("ShiftsBefore", before=rest["pageInfo"]["startCursor"]))["shifts"]
    assert back["nodes"] == page["nodes"]
    shown = (await liu.asks("OpportunityWithShifts", id=opportunity_id))["opportunity"]
    assert [s["seatsLeft"] for s in shown["shifts"]["nodes"]] == [1, 1, 1]

    asked = (await liu.asks("ShiftRequirements", id=first["id"]))["shift"]["requirements"]
    assert all(one["met"] for one in asked)

    # In Beijing, law wants a written agreement with whoever is from abroad.
    unmet = [r for r in (await anna.asks("ShiftRequirements", id=first["id"]))["shift"]["requirements"] if not r["met"]]
    assert [(r["code"], r["rule"]["name"]) for r in unmet] == [("AGREEMENT_MISSING", "agreement_foreign")]
    of_anna = (await anna.asks("MySignups"))["myVolunteer"]["id"]
    signs = {"opportunityId": opportunity_id, "volunteerId": of_anna, "language": "en", "wording": "Both agree."}
    hasty = await anna.does("SignAgreement", **signs)
    assert (await anna.does("EndAgreement", agreementId=hasty["id"], reason="I read on."))["state"] == "ENDED"
    await anna.does("SignAgreement", **signs)
    mine = (await anna.asks("MyAgreements"))["myVolunteer"]["agreements"]["nodes"]
    kept = (await worker.asks("Agreements", opportunity=opportunity_id))["opportunity"]["agreements"]["nodes"]
    assert {a["state"] for a in kept} == {"IN_FORCE", "ENDED"}
    assert {a["id"] for a in kept} < {a["id"] for a in mine}

    # One sits, three wait; who withdraws passes the seat on, who declines passes it further on.
    seat, offered, declined, left = [await v.does("SignUp", shiftId=first["id"]) for v in (liu, zhou, anna, wu)]
    assert [s["waitingAhead"] for s in (seat, offered, declined, left)] == [None, 0, 1, 2]
    await liu.does("Withdraw", signupId=seat["id"])
    assert (await zhou.hears("SignupChanged", "signup", offered["id"], shiftId=first["id"]))["state"] == "OFFERED"
    assert (await zhou.does("AcceptOffer", signupId=offered["id"]))["state"] == "CONFIRMED"
    assert (await worker.does("RemindShift", shiftId=first["id"]))["state"] == "SCHEDULED"
    assert (await worker.does("ChangeCapacity", shiftId=first["id"], capacity=2))["seatsLeft"] == 0
    assert (await anna.does("DeclineOffer", signupId=declined["id"]))["state"] == "DECLINED"
    mine = (await wu.asks("MySignups"))["myVolunteer"]["signups"]["nodes"]
    assert {s["id"]: s["state"] for s in mine}[left["id"]] == "OFFERED"
    await wu.does("AcceptOffer", signupId=left["id"])

    # Who cannot come after all finds somebody who stands in; both want it, or nothing changes.
    given = await liu.does("SignUp", shiftId=second["id"])
    shows = await introduce(town.house.lanes.run, zhou.actor.id or new_id(), town.house.clock())
    for answer, state in (("CancelSwap", "CANCELLED"), ("DeclineSwap", "DECLINED"), ("AcceptSwap", "ACCEPTED")):
        swap = await liu.does("ProposeSwap", signupId=given["id"], code=shows)
        [asked_of] = (await zhou.asks("MySwaps"))["swaps"]["nodes"]
        assert (asked_of["id"], asked_of["giverName"]) == (swap["id"], LIU.name)
        who = liu if answer == "CancelSwap" else zhou
        assert (await who.does(answer, swapId=swap["id"]))["state"] == state
    *_, stands_in = (await zhou.asks("MySignups"))["myVolunteer"]["signups"]["nodes"]
    await zhou.does("Withdraw", signupId=stands_in["id"])

    # Whoever leads it invites; nothing is held, and whoever accepts has signed up.
    for answer, state in (("WithdrawInvitation", "WITHDRAWN"), ("AcceptInvitation", "ACCEPTED")):
        invited = await worker.does("InviteVolunteer", shiftId=second["id"], code=shows)
        [asked_of] = (await zhou.asks("MyInvitations"))["invitations"]["nodes"]
        assert (asked_of["id"], asked_of["viewerCan"]) == (invited["id"], ["accept_invitation", "decline_invitation"])
        who = worker if answer == "WithdrawInvitation" else zhou
        assert (await who.does(answer, invitationId=invited["id"]))["state"] == state
    *_, accepted = (await zhou.asks("MySignups"))["myVolunteer"]["signups"]["nodes"]
    await zhou.does("Withdraw", signupId=accepted["id"])
    invited = await worker.does("InviteVolunteer", shiftId=second["id"], code=shows)
    assert (await zhou.does("DeclineInvitation", invitationId=invited["id"]))["state"] == "DECLINED"
    kept = (await worker.asks("Invitations", shift=second["id"]))["shift"]["invitations"]["nodes"]
    assert sorted(one["state"] for one in kept) == ["ACCEPTED", "DECLINED", "WITHDRAWN"]

    # A group holds seats, its members take them by its code, and what is left is given up.
    wide = await worker.does(
        "OpenShift",
        opportunityId=opportunity_id,
        startsAt="2026-06-20T06:00:00Z",
        endsAt="2026-06-20T08:00:00Z",
        capacity=10,
    )
    asked_for = (await worker.asks("ShiftCandidates", id=wide["id"]))["shift"]["candidates"]
    assert {m["volunteer"]["displayName"] for m in asked_for} >= {LIU.name}
    suits = (await liu.asks("MySuggestions"))["myVolunteer"]["suggestions"]
    assert wide["id"] in {m["shift"]["id"] for m in suits}
    opens = await worker.does("OpenInWaves", shiftId=wide["id"], everyoneFrom="2026-06-01T00:00:00Z")
    assert opens["everyoneFrom"] == "2026-06-01T00:00:00Z"
    title = {"language": "zh-Hans", "text": "新标题"}
    assert (await worker.does("ChangeOpportunity", opportunityId=opportunity_id, title=title))["title"][
        "text"
    ] == "新标题"
    about_it = {"title": title, "tasks": title, "languages": ["ko"]}
    position = await worker.does("AddPosition", opportunityId=opportunity_id, **about_it)
    assert (await worker.does("ChangePosition", positionId=position["id"], languages=["de"]))["languages"] == ["de"]
    of_it = await worker.does(
        "OpenShift",
        opportunityId=opportunity_id,
        positionId=position["id"],
        startsAt="2026-06-22T06:00:00Z",
        endsAt="2026-06-22T08:00:00Z",
        capacity=1,
    )
    assert of_it["position"]["id"] == position["id"]
    listed = (await liu.asks("OpportunityWithShifts", id=opportunity_id))["opportunity"]["positions"]["nodes"]
    assert [one["title"]["text"] for one in listed] == ["新标题"]
    alone = (await liu.asks("PositionWithShifts", id=position["id"]))["position"]
    assert [one["id"] for one in alone["shifts"]["nodes"]] == [of_it["id"]]
    await worker.does("CancelShift", shiftId=of_it["id"], reason="不再需要")
    assert (await worker.does("RetirePosition", positionId=position["id"]))["state"] == "RETIRED"
    taken_off = await wu.does("SignUp", shiftId=wide["id"])
    assert (await worker.does("RemoveSignup", signupId=taken_off["id"], reason="人手已够"))["state"] == "REMOVED"
    about = {"startsAt": "2026-06-21T06:00:00Z", "endsAt": "2026-06-21T08:00:00Z", "capacity": 3}
    await worker.does("ChangeOpportunity", opportunityId=opportunity_id, reviewsSignups=True)
    reviewed = await worker.does("OpenShift", opportunityId=opportunity_id, **about)
    await worker.does("ChangeOpportunity", opportunityId=opportunity_id, reviewsSignups=False)
    both_wait = [await one.does("SignUp", shiftId=reviewed["id"]) for one in (wu, zhou)]
    assert [one["state"] for one in both_wait] == ["PENDING_REVIEW", "PENDING_REVIEW"]
    assert (await worker.does("ApproveSignup", signupId=both_wait[0]["id"]))["state"] == "CONFIRMED"
    assert (await worker.does("RefuseSignup", signupId=both_wait[1]["id"], reason="人手已够"))["state"] == "REFUSED"
    await worker.does("CancelShift", shiftId=reviewed["id"], reason="只是排练")
    await liu.does("BookGroup", shiftId=wide["id"], name="扶轮社", seats=4)
    [group] = (await liu.asks("MyBookings"))["bookings"]["nodes"]
    joined = await zhou.does("JoinGroup", bookingId=group["id"], code=group["joinCode"])
    assert joined["state"] == "CONFIRMED"
    let_go = await liu.does("CancelBooking", bookingId=group["id"])
    assert (let_go["state"], let_go["seats"], let_go["members"]) == ("CANCELLED", 1, [ZHOU.name])
    await worker.does("CancelShift", shiftId=wide["id"], reason="只是排练")

    # A shift moves onto another; whoever serves in both keeps the seat for a while, chooses, and has it again.
    await liu.does("SignUp", shiftId=third["id"])
    both = await liu.does("SignUp", shiftId=second["id"])
    moved = {"startsAt": times[2][0], "endsAt": times[2][1], "reason": "Rain"}
    assert (await worker.does("RescheduleShift", shiftId=second["id"], **moved))["startsAt"] == times[2][0]
    seats = (await liu.asks("MySignups"))["myVolunteer"]["signups"]["nodes"]
    held = {s["id"]: s for s in seats}
    assert (held[both["id"]]["state"], bool(held[both["id"]]["heldUntil"])) == ("NEEDS_ACTION", True)
    [other] = [s for s in seats if s["shift"]["id"] == third["id"]]
    await liu.does("Withdraw", signupId=other["id"])
    assert (await liu.does("ClearAction", signupId=both["id"]))["state"] == "CONFIRMED"
    await liu.does("Withdraw", signupId=both["id"])
    moved = {"startsAt": times[1][0], "endsAt": times[1][1], "reason": "Sun"}
    await worker.does("RescheduleShift", shiftId=second["id"], **moved)

    # The day comes: one checks in by the code, has a break and checks out, one does not come.
    clock.now = datetime(2026, 6, 8, 6, tzinfo=UTC)
    await Alarm(town.house).ring()
    code = (await worker.does("ShowCheckInCode", shiftId=first["id"]))["code"]
    assert (await zhou.does("CheckIn", signupId=offered["id"], code=code))["source"] == "CODE"
    clock.wait(minutes=25)
    assert (await zhou.does("BeginBreak", signupId=offered["id"]))["state"] == "ON_BREAK"
    clock.wait(minutes=10)
    assert (await zhou.does("EndBreak", signupId=offered["id"]))["state"] == "CHECKED_IN"
    clock.wait(minutes=10)
    await worker.does("MarkNoShow", signupId=left["id"])
    gone = await zhou.does("CheckOut", signupId=offered["id"])
    assert (gone["checkedOutAt"], gone["minutes"]) == ("2026-06-08T06:45:00Z", 35)
    there: dict[str, Any] = {"checkedInAt": "2026-06-08T05:55:00Z", "checkedOutAt": "2026-06-08T06:45:00Z"}
    said = await zhou.does("ProposeTimes", signupId=offered["id"], **there)
    assert (said["minutes"], said["proposedInAt"]) == (35, "2026-06-08T05:55:00Z")
    roster = (await worker.asks("ShiftRoster", id=first["id"]))["shift"]["signups"]["nodes"]
    presence = {s["volunteer"]["displayName"]: [a["state"] for a in s["attendance"]["nodes"]] for s in roster}
    assert presence == {ZHOU.name: ["CHECKED_OUT"], MINOR.name: ["NO_SHOW_PROVISIONAL"]}
    await worker.does("CheckIn", signupId=left["id"])
    clock.wait(minutes=20)
    gone = await worker.does("ConfirmCheckOut", signupId=left["id"], at="2026-06-08T07:00:00Z")
    assert (gone["state"], gone["minutes"]) == ("CHECKED_OUT", 15)
    there |= {"reason": "She set the tables."}
    corrected = await worker.does("CorrectAttendance", signupId=left["id"], **there)
    assert (corrected["state"], corrected["minutes"]) == ("CORRECTED_PRESENT", 50)

    # Nobody came on the next day, and both say why.
    await worker.does("ChangeCapacity", shiftId=second["id"], capacity=2)
    seats = [await v.does("SignUp", shiftId=second["id"]) for v in (liu, zhou)]
    clock.now = datetime(2026, 6, 9, 6, 30, tzinfo=UTC)
    await Alarm(town.house).ring()
    for somebody, absent in zip((liu, zhou), seats, strict=True):
        await worker.does("MarkNoShow", signupId=absent["id"])
        said = await somebody.does("ExplainNoShow", signupId=absent["id"], excuse="WEATHER", says="雨")
        assert (said["excuse"], said["excuseSays"]) == ("WEATHER", "雨")
    excused = await worker.does("ExcuseNoShow", signupId=seats[0]["id"], reason="It poured.")
    upheld = await worker.does("UpholdNoShow", signupId=seats[1]["id"], reason="He lives next door.")
    assert [excused["state"], upheld["state"]] == ["EXCUSED", "NO_SHOW"]

    # What will not take place is called off; what is done is closed.
    assert (await worker.does("CancelShift", shiftId=second["id"], reason="Rain"))["state"] == "CANCELLED"
    recurs = await worker.does(
        "OpenSeries",
        opportunityId=opportunity_id,
        rrule="FREQ=WEEKLY;BYDAY=SA",
        startsAt="2026-07-04T06:00:00Z",
        endsAt="2026-07-04T08:00:00Z",
        capacity=3,
    )
    assert [s["startsAt"] for s in recurs["shifts"]["nodes"]][:2] == ["2026-07-04T06:00:00Z", "2026-07-11T06:00:00Z"]
    later = {"startsAt": "2026-07-04T07:00:00Z", "endsAt": "2026-07-04T09:00:00Z", "capacity": 4, "reason": "天热"}
    first = await worker.does("OpenSeriesInWaves", seriesId=recurs["id"], neighboursAfter=0, everyoneAfter=24)
    assert (first["neighboursAfter"], first["everyoneAfter"]) == (0, 24)
    follows = await worker.does("ChangeSeries", seriesId=recurs["id"], **later)
    assert follows["shifts"]["nodes"][0]["startsAt"] == "2026-07-04T07:00:00Z"
    ended = await worker.does("EndSeries", seriesId=follows["id"], day="2026-07-04", reason="暑假")
    assert (ended["state"], ended["shifts"]["nodes"]) == ("ENDED", [])

    # Two came after all, one of whom has no seat.
    await worker.does("ChangeCapacity", shiftId=third["id"], capacity=3)
    ticked = await anna.does("SignUp", shiftId=third["id"])
    await liu.does("SignUp", shiftId=third["id"])
    clock.now = datetime(2026, 6, 10, 6, tzinfo=UTC)
    await Alarm(town.house).ring()
    await worker.does("CheckInMany", shiftId=third["id"], signupIds=[ticked["id"]])
    shown = await introduce(town.house.lanes.run, wu.actor.id or new_id(), clock.now)
    assert (await worker.does("AdmitWalkIn", shiftId=third["id"], code=shown))["seatsLeft"] == 0
    far = (await worker.asks("Attendances", filter={"geofence": {"eq": "UNKNOWN"}}))["attendances"]["nodes"]
    assert {"CHECKED_IN"} <= {attendance["state"] for attendance in far}
    shown = await introduce(town.house.lanes.run, liu.actor.id or new_id(), clock.now)
    assert (await worker.does("CheckInAtKiosk", shiftId=third["id"], code=shown))["state"] == "CHECKED_IN"

    # A tablet noted without a network who left; then it was lost.
    key = OKPKey.generate_key("Ed25519")
    tablet = await worker.does("RegisterDevice", name="平板", publicKey=json.dumps(key.as_dict(private=False)))
    clock.wait(minutes=30)
    noted = {"dev": tablet["id"], "seq": 1, "sgn": ticked["id"], "kind": "out", "at": clock.now.isoformat()}
    event = jws.serialize_compact({"alg": "Ed25519"}, json.dumps(noted), key, algorithms=["Ed25519"])
    replayed = await worker.does("ReplayEvent", deviceId=tablet["id"], event=event, clock=clock.now.isoformat())
    assert (replayed["verdict"], replayed["noted"]) == ("ACCEPTED", "OUT")
    assert (await worker.asks("OfflineEvents"))["offlineEvents"]["nodes"] == []
    assert [device["id"] for device in (await worker.asks("MyDevices"))["devices"]["nodes"]] == [tablet["id"]]
    assert (await worker.does("RevokeDevice", deviceId=tablet["id"]))["state"] == "REVOKED"
    clock.wait(days=1)
    await Alarm(town.house).ring()
    await worker.does("CloseOpportunity", opportunityId=opportunity_id)
    unwanted = (await worker.does("CreateOpportunity", planId=plan_id, **texts))["id"]
    await worker.does("CancelOpportunity", opportunityId=unwanted, reason="Nobody asked for it.")
    await worker.does("ClosePlan", planId=plan_id)
    idea = (await worker.does("PlanService", **plan))["id"]
    assert (await worker.does("CancelPlan", planId=idea, reason="No budget."))["state"] == "CANCELLED"
    assert not town.unsent("programmes")


async def test_hours(town: Town, clock: Clock) -> None:
    worker, anna = [await town.frontend(c) for c in (WORKER, ANNA)]
    manager, community, officer = [await town.frontend(c) for c in (MANAGER, COMMUNITY, OFFICER)]
    entries = (await worker.asks("HourEntries", filter={"state": {"eq": "LOGGED"}}))["hourEntries"]["nodes"]
    (logged,) = entries
    await worker.does("RejectHours", hourEntryId=logged["id"], reason="Two hours were not served.")
    mine = (await anna.asks("MySignups"))["myVolunteer"]["signups"]["nodes"]
    served = next(s["id"] for s in mine if s["shift"]["id"] == logged["shift"]["id"])
    entry = await anna.does("LogHours", signupId=served, minutes=90)
    heard = await anna.hears("HoursChanged", "hour_entry", entry["id"], volunteerId=entry["volunteer"]["id"])
    assert (heard["minutes"], heard["state"]) == (90, "LOGGED")
    assert (await worker.does("VerifyHours", hourEntryId=entry["id"]))["state"] == "VERIFIED"
    applied = (await anna.asks("HourEntryRules", id=entry["id"]))["hourEntry"]["rulesApplied"]
    assert ("verify_hours", "public_notice") in {(one["verb"], one["rule"]["name"]) for one in applied}
    adjusted = await worker.does("AdjustHours", hourEntryId=entry["id"], minutes=100, reason="She cleaned up too.")
    assert adjusted["supersedes"] == {"id": entry["id"], "minutes": 90}
    await officer.does("VoidHours", hourEntryId=adjusted["id"], reason="The shift was counted twice.")

    # Logged for the whole shift, sent back and handed in again, verified for the whole shift; doubted, and found right.
    await worker.does("LogShiftHours", shiftId=logged["shift"]["id"])
    (entry,) = (await worker.asks("HourEntries", filter={"state": {"eq": "LOGGED"}}))["hourEntries"]["nodes"]
    await manager.does("ReturnHours", hourEntryId=entry["id"], reason="What was done?")
    await worker.does("ResubmitHours", hourEntryId=entry["id"], reason="She read aloud.")
    await manager.does("VerifyShiftHours", shiftId=logged["shift"]["id"])
    await officer.does("SuspectHours", hourEntryId=entry["id"], reason="She was seen elsewhere.")
    cleared = await officer.does("ClearSuspicion", hourEntryId=entry["id"], reason="It was her sister.")
    assert (cleared["state"], cleared["minutes"]) == ("VERIFIED", entry["minutes"])

    # Fewer are proposed: she disagrees, others decide, twice at most; what is proposed then she accepts.
    fewer = {"hourEntryId": entry["id"], "minutes": 70, "reason": "You left early."}
    proposed = await worker.does("ProposeAdjustment", **fewer)
    await anna.does("ContestAdjustment", hourCaseId=proposed["id"], reason="I stayed to clean up.")
    upheld = await community.does("UpholdHours", hourCaseId=proposed["id"], reason="The neighbours saw her.")
    assert (upheld["state"], upheld["hourEntry"]["minutes"]) == ("UPHELD", entry["minutes"])
    again = await anna.does("OpenHourCase", hourEntryId=entry["id"], minutes=90, reason="I came early, too.")
    assert (again["instance"], again["first"]) == ("SECOND", {"id": proposed["id"]})
    await officer.does("CorrectHours", hourCaseId=again["id"], minutes=85, reason="By the door's record.")
    (corrected,) = (await worker.asks("HourEntries", filter={"state": {"eq": "LOGGED"}}))["hourEntries"]["nodes"]
    fewer = {"hourEntryId": corrected["id"], "minutes": 84, "reason": "A minute was counted twice."}
    proposed = await worker.does("ProposeAdjustment", **fewer)
    assert (await anna.does("AcceptAdjustment", hourCaseId=proposed["id"]))["state"] == "ACCEPTED"
    cases = (await anna.asks("HourCases"))["hourCases"]["nodes"]
    assert sorted(case["state"] for case in cases) == ["ACCEPTED", "CORRECTED", "UPHELD"]

    anomalies = (await officer.asks("HourAnomalies"))["hourAnomalies"]
    assert {one["kind"] for one in anomalies} <= {"BEYOND_SHIFT"}

    tomorrow = str(day_of(clock.now) + timedelta(days=1))
    audit = await officer.does("AnnounceAudit", streetId=await wangjing(officer), since=tomorrow, until=tomorrow)
    clock.wait(days=2)
    assert (await officer.does("DrawAudit", auditDrawId=audit["id"]))["seed"]
    (seen,) = (await anna.asks("AuditDraws"))["auditDraws"]["nodes"]
    assert seen["size"] == len(seen["population"].splitlines()) == len(seen["items"]["nodes"])

    # A worker's sister says so: neither decides about the other's hours, until one of them says it was a mistake.
    code = await introduce(town.house.lanes.run, worker.actor.id or new_id(), town.house.clock())
    kinship = await anna.does("DeclareKinship", code=code, relation="SIBLING")
    assert [k["id"] for k in (await worker.asks("Kinships"))["kinships"]["nodes"]] == [kinship["id"]]
    assert (await worker.does("EndKinship", kinshipId=kinship["id"], reason="Another Wang."))["state"] == "ENDED"

    totals = (await worker.asks("HourTotals", groupBy="VOLUNTEER"))["hourTotals"]
    assert {t["volunteer"]["displayName"]: t["minutes"] for t in totals} == {LIU.name: 120, ANNA.name: 0}
    (month,) = (await anna.asks("HourReport"))["hourReport"]
    assert (month["minutes"], month["pendingMinutes"]) == (120, 84)
    assert not town.unsent("hours")


async def test_notifications(town: Town) -> None:
    worker, anna = await town.frontend(WORKER), await town.frontend(ANNA)
    verified = "UPDATE person SET email_verified_at = $2 WHERE email = $1"
    await town.house.lanes.run(verified, (ANNA.email, town.house.clock()))
    entries = (await worker.asks("HourEntries", filter={"state": {"eq": "LOGGED"}}))["hourEntries"]["nodes"]
    await worker.does("RejectHours", hourEntryId=entries[0]["id"], reason="Two hours were not served.")
    await begin(town.house)
    await linked(town.house)
    while await tell(town.house):
        pass
    newest = (await anna.asks("Inbox", filter={"verb": {"eq": "reject_hours"}}, first=1))["messages"]["nodes"][0]
    assert (newest["readAt"], newest["shift"]["id"]) == (None, entries[0]["shift"]["id"])
    assert (await anna.does("MarkRead", messageId=newest["id"], andEarlier=True))["readAt"]
    assert (await anna.asks("Inbox", filter={"readAt": {"isNull": True}}))["messages"]["totalCount"] == 0
    chosen = await anna.does("ChooseWay", personId=await person_id(town, ANNA), verb="verify_hours", way="INBOX")
    assert (await anna.asks("MessageChoices"))["messageChoices"]["nodes"] == [
        {"id": chosen["id"], "verb": "verify_hours", "way": "INBOX"}
    ]
    [letter] = await town.house.lanes.run("SELECT id FROM letter WHERE address = $1", (ANNA.email,))
    await town.house.lanes.run(NEVER, (town.house.clock(), letter["id"], "550 No such user here"))
    [mine] = (await anna.asks("UndeliveredLetters"))["undeliveredLetters"]["nodes"]
    assert (mine["letterKind"], mine["trouble"]) == ("notice", "550 No such user here")
    operator = Frontend(town.engine, town.contract, town.sent, Actor(roles={"operator": frozenset()}))
    assert (await operator.does("SendAgain", undeliveredLetterId=mine["id"]))["sentAgainAt"]
    assert not town.unsent("notifications")
