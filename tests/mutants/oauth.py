"""Which faults would let somebody in as another, or in again? In grants, families, proofs, consents and tokens."""

from tests.mutants.mutant import Mutant

AT_ONCE = "tests/oauth/test_endings_at_once.py"
AUTHORIZE = "tests/oauth/test_authorize.py"
FAMILIES = "tests/oauth/test_token_families.py"
FORGED = "tests/oauth/test_forged_tokens.py::test_only_our_own_access_tokens_open_the_gate"
ORDER = "tests/oauth/test_tokens.py::test_a_code_is_good_only_as_it_was_asked_for"
PROOFS = "tests/oauth/test_tokens.py::test_every_wrong_proof_of_a_client_has_the_same_answer"
LEARNS = f"{AUTHORIZE}::test_the_application_learns_why_with_its_state_and_who_says_so"

# fmt: off
OAUTH = (
    Mutant(
        "a code that is good twice", "api/oauth/store.py",
        "WHERE digest = $1 AND client_id = $2 AND used_at IS NULL RETURNING *)",
        "WHERE digest = $1 AND client_id = $2 RETURNING *)",
        "whoever saw a code gets tokens for it, too", FAMILIES,
    ),
    Mutant(
        "anybody's code", "api/oauth/store.py",
        "WHERE digest = $1 AND client_id = $2 AND used_at IS NULL RETURNING *)",
        "WHERE digest = $1 AND used_at IS NULL RETURNING *)",
        "an application redeems the code of another", FAMILIES,
    ),
    Mutant(
        "a stolen code's family", "api/oauth/store.py",
        "await run(CODE_USED, (fingerprint(code), client.row.id, now))", "pass",
        "what a thief got for a code lives on when its owner comes", FAMILIES,
    ),
    Mutant(
        "a refresh token that is good twice", "api/oauth/store.py",
        "AND r.used_at IS NULL AND r.expires_at > $3", "AND r.expires_at > $3",
        "whoever saw a refresh token renews beside its owner", FAMILIES,
    ),
    Mutant(
        "a stolen refresh token's family", "api/oauth/store.py",
        'await revoke(run, r["family_id"], "refresh_token_used_twice", now)', "pass",
        "what a thief got for a refresh token lives on when its owner comes", FAMILIES,
    ),
    Mutant(
        "any key will do", "api/oauth/store.py",
        "OR f.jkt = $5)", "OR $5::text IS NOT NULL)",
        "a bound refresh token is renewed with the thief's own key", FAMILIES,
    ),
    Mutant(
        "signed out, and still there", "api/oauth/store.py",
        'await lane.run(END_THEIR_FAMILIES, (now, [session["id"] for session in ended]))', "pass",
        "tokens outlive the session that they were for", FAMILIES,
    ),
    Mutant(
        "a sign-out that does not wait", "api/oauth/store.py",
        "WHERE session_id = ended.id AND used_at IS NULL AND NOT {AWAY})", "WHERE false AND NOT {AWAY})",
        "a code that is redeemed while its person signs out leaves tokens behind", AT_ONCE,
    ),
    Mutant(
        "a code outlives its session", "api/oauth/store.py",
        "WHERE s.id = c.session_id AND s.ended_at IS NOT NULL", "WHERE false",
        "a code that is written while its person signs out is still good", AT_ONCE,
    ),
    Mutant(
        "families before codes", "domain/accounts/credentials.py",
        "    work.also(END_CODES, work.now, person, client)\n",
        "    work.also(END_FAMILIES, work.now, why, person, client)\n"
        "    work.also(END_CODES, work.now, person, client)\n"
        "    return\n",
        "a code that is redeemed while consent is withdrawn leaves tokens behind", AT_ONCE,
    ),
    Mutant(
        "a session of the old password", "api/oauth/store.py",
        "AND version = coalesce($10, version) FOR SHARE", "AND coalesce($10, version) > 0 FOR SHARE",
        "whoever signs in while the password changes is in by the one before", AT_ONCE,
    ),
    Mutant(
        "a session after the end", "domain/accounts/credentials.py",
        "        work.also(HOLD, person)\n", "        pass\n",
        "a session that begins during an erasure outlives it", AT_ONCE,
    ),
    Mutant(
        "a browser known after the end", "domain/accounts/authenticators.py",
        "WHERE digest = $2 AND ended_at IS NULL FOR SHARE", "WHERE digest = $2 FOR SHARE",
        "a browser is known again just after all access ended", AT_ONCE,
    ),
    Mutant(
        "a code after the end", "api/oauth/store.py",
        "WHERE person_id = c.person_id AND client_id = $2 AND withdrawn_at IS NULL))",
        "WHERE person_id = c.person_id AND client_id = $2))",
        "a code that is written while consent is withdrawn is still good", AT_ONCE,
    ),
    Mutant(
        "no challenge demanded", "api/oauth/server.py",
        'if demanded and "code_challenge" not in asked:', "if False:",
        "an application forgets PKCE and nobody tells it", LEARNS,
    ),
    Mutant(
        "no verifier checked", "api/oauth/server.py",
        "[S256(), CodeIdToken()]", "[CodeIdToken()]",
        "a code that was looked at on its way is redeemed by who looked", ORDER,
    ),
    Mutant(
        "an address by how it begins", "api/oauth/known.py",
        "return redirect_uri in self.row.redirect_uris or any(",
        "return any(redirect_uri.startswith(uri) for uri in self.row.redirect_uris) or any(",
        "codes go to an address that only begins like the registered one",
        f"{AUTHORIZE}::test_nobody_is_sent_to_an_address_that_is_not_registered",
    ),
    Mutant(
        "nobody says who calls back", "api/oauth/server.py",
        'answer.headers["location"] = add_params_to_uri(answer.location, {"iss": issuer})', "pass",
        "an application is led to mix up two servers (RFC 9207)", LEARNS,
    ),
    Mutant(
        "an audience of any kind", "api/oauth/tokens.py",
        'aud={"essential": True, "value": resource(settings)},', 'aud={"essential": True},',
        "a token for somebody else opens the house", FORGED,
    ),
    Mutant(
        "a token of any kind", "api/oauth/tokens.py",
        'if str(header.get("typ", "")).lower() not in TYPES or not', "if not",
        "what is no access token opens the house", FORGED,
    ),
    Mutant(
        "a proof of any kind", "api/oauth/known.py",
        "if method is not self.row.auth_method:", "if False:",
        "whoever knows an application's name is the application", PROOFS,
    ),
    Mutant(
        "consent overlooked", "api/oauth/authorize.py",
        "return not set(asked.scope.split()) <= await store.allowed(self.run, person, asked.client)", "return False",
        "an application gets whatever it asks for", f"{AUTHORIZE}::test_consent_is_asked_once_and_again_for_more",
    ),
    Mutant(
        "consent by a form of others", "api/oauth/authorize.py",
        "if not browser.sincere:", "if False:",
        "a page elsewhere allows its own application", f"{AUTHORIZE}::test_a_form_that_is_not_ours_allows_nothing",
    ),
    Mutant(
        "anybody revokes", "api/oauth/server.py",
        "if request.found and not request.found.check_client(client):", "if False:",
        "an application ends the tokens of another",
        "tests/oauth/test_tokens.py::test_an_application_cannot_revoke_anothers_token",
    ),
    Mutant(
        "anybody introspects", "api/oauth/server.py",
        "return request.found if client.row.may_introspect else None", "return request.found",
        "an application learns whose the tokens are that it found",
        "tests/oauth/test_checklist.py::test_r16_only_resource_servers_learn_about_tokens",
    ),
    Mutant(
        "strangers' words are judged", "api/oauth/asked.py",
        "if pair[0] in READ]", "]",
        "an application that says more than is read here gets no answer (RFC 6749, 3.1)",
        "tests/oauth/test_metadata.py::test_what_is_optional_or_unknown_changes_nothing",
    ),
)
