"""Who may do what with volunteers, and who may know what about them."""

from domain.access import Rules, anyone, before, is_actor, role, role_at, some, state_in, via
from domain.accounts.access import signed_in
from domain.programmes.leading import leads, runs
from domain.programmes.models import Shift, Signup
from domain.programmes.states import LIVE, ShiftState
from domain.volunteers.models import Competence, IdentityDocument, Insurance, ServedResident, SpokenLanguage, Volunteer

the_volunteer = is_actor(Volunteer.person_id).called("the volunteer", "志愿者本人")
the_guardian = (is_actor(Volunteer.guardian_id) & before(Volunteer.guardian_until)).called("the guardian", "其监护人")
under_consent = before(Volunteer.guardian_consent_until).called(
    "under a guardian's consent that is in force", "监护人同意有效期间"
)

#: Those who meet the volunteer at a shift that is still to be served.
their_hosts = some(
    Signup,
    Signup.volunteer_id,
    Volunteer.id,
    state_in(Signup.state, *LIVE)
    & runs(Signup)
    & via(Signup.shift_id, Shift, state_in(Shift.state, ShiftState.SCHEDULED, ShiftState.RUNNING)),
).called(
    "those who run a shift that the volunteer has signed up for and that is not over",
    "志愿者已报名且尚未结束的班次的负责人员",
)
recruiters = (
    role("social worker")
    | role("organization manager")
    | role("organization staff")
    | role("community officer")
    | role("street officer")
)
oneself_or_guardian = the_volunteer | the_guardian
see_volunteer = oneself_or_guardian | recruiters.called(
    "whoever recruits volunteers (social workers, organizations, communities and streets)",
    "招募志愿者的人员（社会工作者、社会组织、社区、街道）",
)

its_owner = via(IdentityDocument.volunteer_id, Volunteer, oneself_or_guardian).called(*oneself_or_guardian.says)
officials = (role("social worker") | role("community officer") | role("street officer")).called(
    "a social worker, a community officer or a street officer", "社会工作者、社区或街道工作人员"
)
who_looks_at_it = signed_in & officials & ~its_owner

whose_competence = via(Competence.volunteer_id, Volunteer, oneself_or_guardian).called(*oneself_or_guardian.says)
who_confirms = (
    role("social worker") | role("organization manager") | role("community officer") | role("street officer")
).called(
    "a social worker, an organization's manager, a community officer or a street officer",
    "社会工作者、社会组织负责人、社区或街道工作人员",
)
who_sees_proof = signed_in & who_confirms & ~whose_competence

who_insures = role_at("organization manager", Insurance.organization_id)
who_is_insured = via(Insurance.volunteer_id, Volunteer, oneself_or_guardian).called(*oneself_or_guardian.says)

who_was_served = is_actor(ServedResident.person_id).called("whoever was served", "服务对象本人")
who_counts = (role("social worker") | role("community officer") | role("street officer") | role("auditor")).called(
    "a social worker, a community officer, a street officer or an auditor", "社会工作者、社区或街道工作人员、审计人员"
)

RULES = Rules(
    "volunteers",
    scopes={"see_private": "volunteers.private:read", "see_identity_document": "volunteers.private:read"},
    register_volunteer=the_volunteer,
    accept_charter=the_volunteer,
    update_volunteer=oneself_or_guardian,
    speak_language=via(SpokenLanguage.volunteer_id, Volunteer, oneself_or_guardian).called(*oneself_or_guardian.says),
    name_guardian=the_guardian | (the_volunteer & ~under_consent),
    give_guardian_consent=the_guardian,
    withdraw_guardian_consent=the_guardian,
    show_identity=its_owner,
    verify_identity=who_looks_at_it,
    mistake_identity=who_looks_at_it,
    refuse_identity=who_looks_at_it,
    withdraw_identity=its_owner,
    expire_identity=role("clock"),
    record_competence=whose_competence,
    confirm_competence=who_sees_proof,
    refuse_competence=who_sees_proof,
    withdraw_competence=whose_competence,
    revoke_competence=who_sees_proof,
    open_renewal=role("clock"),
    expire_competence=role("clock"),
    insure_volunteer=who_insures,
    end_insurance=who_insures,
    expire_insurance=role("clock"),
    record_served=runs(ServedResident) & ~who_was_served,
    withdraw_served=who_was_served | leads(ServedResident),
    see_charter=anyone,
    see_volunteer=see_volunteer,
    see_spoken_language=via(SpokenLanguage.volunteer_id, Volunteer, see_volunteer).called(*see_volunteer.says),
    see_identity_document=its_owner | officials,
    see_competence=whose_competence | who_confirms,
    see_insurance=who_is_insured | who_insures | role_at("street officer", Insurance.street_id),
    see_served_resident=who_was_served | leads(ServedResident),
    see_conversion=who_counts,
    see_private=oneself_or_guardian | their_hosts,
)
