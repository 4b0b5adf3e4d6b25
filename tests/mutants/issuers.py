"""Which faults would let an issuer elsewhere, or somebody who plays one, do more than its profile and people's word?"""

from tests.mutants.mutant import Mutant

FORGED = "tests/oauth/test_issuers.py::test_only_what_the_issuer_signed_for_us_opens"
KEYCLOAK = "tests/oauth/test_issuers.py::test_a_profile_like_keycloaks"
MEASURE = "tests/oauth/test_issuers.py::test_no_word_gives_more_than_the_profile_says"
CROWD = "tests/oauth/test_issuers.py::test_a_crowd_asks_for_the_keys_once_and_made_up_names_once_a_minute"
LED = "tests/oauth/test_issuers.py::test_a_discovery_that_leads_elsewhere_is_not_followed"
BOUND = "tests/oauth/test_issuers.py::test_a_token_that_is_bound_to_a_key_opens_with_its_proof_alone"
ENDS = "tests/oauth/test_issuers.py::test_access_ends_with_the_trust_the_link_the_profile_and_the_account"
STOLEN = "tests/oauth/test_linking.py::test_what_one_browser_took_along_no_other_brings_back_and_nobody_twice"
MIXED_UP = "tests/oauth/test_linking.py::test_the_answer_of_one_issuer_does_not_pass_for_anothers"
ID_TOKENS = "tests/oauth/test_linking.py::test_only_an_id_token_made_for_us_and_this_sign_in_signs_in"
UNLINKED = "tests/oauth/test_linking.py::test_whoever_unlinks_is_out_where_they_came_in_by_it"
OF_ONE = "tests/oauth/test_linking.py::test_unlinking_one_portal_ends_nothing_that_began_by_another"
OF_TWO_STEPS = "tests/oauth/test_linking.py::test_the_second_factor_of_ours_is_asked_for_after_the_portal_too"
JUST_THEN = "tests/oauth/test_linking.py::test_whoever_comes_back_just_when_the_link_ends_is_not_in"
AWAY = "tests/oauth/test_linking.py::test_tokens_for_the_persons_absence_end_with_the_link_however_old_their_session"

# fmt: off
ISSUERS = (
    Mutant(
        "a guest meant for others", "api/oauth/issuers/guests.py",
        'aud={"essential": True, "value": issuer.audience}', 'aud={"essential": True}',
        "any service that a portal's token is shown to can use it here", FORGED,
    ),
    Mutant(
        "a guest of any type", "api/oauth/issuers/guests.py",
        "if kind_of(header) not in issuer.token_types:", "if False:",
        "what an issuer signs for something else passes for an access token", FORGED,
    ),
    Mutant(
        "a guest with an id token", "api/oauth/issuers/guests.py",
        ' or said.get("typ", "Bearer") not in OF_ACCESS', "",
        "a Keycloak's id token passes for an access token", KEYCLOAK,
    ),
    Mutant(
        "a guest's own scopes", "api/oauth/issuers/guests.py",
        "frozenset(issuer.scopes).intersection(", "frozenset(",
        "an issuer gives scopes that nobody let it give", MEASURE,
    ),
    Mutant(
        "a guest's key of any algorithm", "api/oauth/issuers/published.py",
        "algorithms=[self.algorithm]", 'algorithms=[self.algorithm, "RS384", "PS256"]',
        "a token's header chooses how its signature is read", FORGED,
    ),
    Mutant(
        "a guest's keys again and again", "api/oauth/issuers/published.py",
        "and time.monotonic() >= self._again:", "and True:",
        "whoever makes up names of keys has us flood the issuer", CROWD,
    ),
    Mutant(
        "a guest's issuer named by another", "api/oauth/issuers/published.py",
        'if metadata.get("issuer") != url:', "if False:",
        "a discovery that speaks for another issuer is believed", LED,
    ),
    Mutant(
        "a guest's bond as a bearer's", "api/context.py",
        "if (found.jkt is not None) is not dpop:", "if found.jkt is None and dpop:",
        "whoever finds a token that is bound to a key uses it without", BOUND,
    ),
    Mutant(
        "a guest after the trust", "api/context.py",
        "Known(found.looked, until, found.whose,", "Known(found.looked, until, (),",
        "what ends is not heard of until the token is looked up again", ENDS,
    ),
    Mutant(
        "a guest's answer brought twice", "api/oauth/pages/linking.py",
        "ceremonies.end(self.run, Ceremony.AT_ISSUER", "ceremonies.look(self.run, Ceremony.AT_ISSUER",
        "what came back once signs in again", STOLEN,
    ),
    Mutant(
        "a guest's answer from anywhere", "api/oauth/issuers/portal.py",
        "!= self.issuer.url:  # RFC 9207, 2.4", "is None:  # RFC 9207, 2.4",
        "an evil issuer has a code of an honest one redeemed", MIXED_UP,
    ),
    Mutant(
        "a guest's answer to another question", "api/oauth/issuers/portal.py",
        '{"nonce": nonce, ', "{",
        "an id token that was made for another sign-in signs in", ID_TOKENS,
    ),
    Mutant(
        "a guest after unlinking", "domain/accounts/issuers.py",
        "    _end_sign_ins(work, OF_LINK, linked.id)\n", "",
        "whoever has the account elsewhere keeps tokens after it was unlinked", UNLINKED,
    ),
    Mutant(
        "a guest of another portal after unlinking", "domain/accounts/issuers.py",
        'OF_LINK = ending("linked_subject_id = $2")', 'OF_LINK = ending("linked_subject_id IS NOT NULL OR id = $2")',
        "whoever unlinks one portal is out where they came in by another", OF_ONE,
    ),
    Mutant(
        "a guest's second step", "api/oauth/pages/second_step.py",
        ', linked, says["version"])', ")",
        "whoever showed a second factor stays in after the portal was unlinked", OF_TWO_STEPS,
    ),
    Mutant(
        "a guest whose session began just then", "api/oauth/store.py",
        "WHERE l.id = s.linked_subject_id AND l.unlinked_at IS NULL))", "WHERE l.id = s.linked_subject_id))",
        "whoever came back from the portal while it was unlinked stays in", JUST_THEN,
    ),
    Mutant(
        "a guest whose session is over", "api/oauth/store.py",
        "AND (linked_subject_id IS NULL OR NOT EXISTS (SELECT FROM token_family WHERE session_id = s.id))", "",
        "tokens that outlive their session by a day outlive the portal as well", AWAY,
    ),
)
