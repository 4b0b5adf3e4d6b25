"""Which faults would let somebody pass for an application or for the holder of a key? In assertions, proofs, keys."""

from tests.mutants.mutant import Mutant

ASSERTIONS = "tests/oauth/test_assertions.py::test_nothing_else_opens_and_every_no_is_the_same"
ASSERTED_ONCE = "tests/oauth/test_assertions.py::test_of_twenty_who_show_one_at_once_one_is_believed"
ASSERTED_KEYS = "tests/oauth/test_assertions.py::test_keys_are_public_strong_and_told_apart"
AT_TOKEN = "tests/oauth/test_dpop.py::test_nothing_else_is_a_proof_at_the_token_endpoint"
AT_GRAPHQL = "tests/oauth/test_dpop.py::test_nothing_else_is_a_proof_where_tokens_are_shown"
BEARER = "tests/oauth/test_dpop.py::test_a_bound_token_is_no_bearers_and_a_bearers_is_not_bound"
CODE = "tests/oauth/test_dpop.py::test_a_code_that_names_a_key_is_good_with_that_key"
ONCE = "tests/oauth/test_dpop.py::test_of_twenty_who_show_one_proof_for_a_token_one_gets_it"
ONE_REQUEST = "tests/oauth/test_dpop.py::test_a_proof_is_good_for_one_request"
REFRESH = "tests/oauth/test_dpop.py::test_refresh_tokens_of_an_application_without_secret_are_bound"
REQUIRED = "tests/oauth/test_dpop.py::test_an_application_that_must_hold_a_key_gets_nothing_without"
DRILL = "tests/oauth/test_keys.py::test_every_process_believes_the_old_and_the_new_key_through_a_rotation"
ROTATED = "tests/oauth/test_keys.py::test_a_key_signs_no_sooner_than_everybody_can_have_read_it"
RETIRED = "tests/oauth/test_keys.py::test_a_retired_key_has_no_private_part_and_is_forgotten"

# fmt: off
WHO_ASKS = (
    Mutant(
        "an assertion about another", "api/oauth/assertions.py",
        'said.get("sub") != client.client_id or ', "",
        "one application asks in the name of another", ASSERTIONS,
    ),
    Mutant(
        "an assertion for another server", "api/oauth/assertions.py",
        ' or said.get("aud") != issuer', "",
        "what was signed for another server opens ours", ASSERTIONS,
    ),
    Mutant(
        "an assertion for ever", "api/oauth/assertions.py",
        "ends <= now + NEAR + LEEWAY", "True",
        "an assertion that somebody found is good for years", ASSERTIONS,
    ),
    Mutant(
        "an assertion again", "api/oauth/assertions.py",
        "return await first_time(", "return True or await first_time(",
        "whoever overhears an assertion uses it as well", ASSERTED_ONCE,
    ),
    Mutant(
        "a key for secrets signs", "domain/accounts/public_keys.py",
        ' or jwk.get("use", "sig") != "sig"', "",
        "a key is used for what its owner forbade", ASSERTED_KEYS,
    ),
    Mutant(
        "a slow key", "domain/accounts/public_keys.py",
        ' or _bits(jwk["e"]) > EXPONENT_BITS', "",
        "an application makes us reckon for long with each signature", ASSERTED_KEYS,
    ),
)
WHO_HOLDS = (
    Mutant(
        "a bound token as a bearer's", "api/context.py",
        "(claims.jkt is not None) is not is_dpop(authorization)", "claims.jkt is None and is_dpop(authorization)",
        "whoever finds a bound token uses it without the key", BEARER,
    ),
    Mutant(
        "anybody's key", "api/context.py",
        "if read.bound.jkt != bound.jkt:", "if False:",
        "a bound token is used with a key of one's own", BEARER,
    ),
    Mutant(
        "a proof for another token", "api/context.py",
        "if read.bound.ath != bound.ath or not", "if not",
        "a proof made for a weak token goes with a strong one", AT_GRAPHQL,
    ),
    Mutant(
        "a proof for another request", "api/oauth/dpop.py",
        'said.get("htm") != self.method or not same_address(word(said.get("htu")), f"{issuer}{self.path}")', "False",
        "a proof made for another server is good here", AT_TOKEN,
    ),
    Mutant(
        "a proof for later", "api/oauth/dpop.py",
        "if abs(made - now) > WINDOW:", "if now - made > WINDOW:",
        "proofs are made in advance by whoever has the key for a moment", AT_TOKEN,
    ),
    Mutant(
        "a proof again, at the token endpoint", "api/oauth/dpop.py",
        "if not await first_time(", "if False and not await first_time(",
        "whoever overhears a proof uses it as well", ONCE,
    ),
    Mutant(
        "a proof again, at GraphQL", "api/context.py",
        " or not self._proofs.first_time(bound.jkt, read.jti, now=now.timestamp())", "",
        "whoever overhears a request repeats it", ONE_REQUEST,
    ),
    Mutant(
        "a private key in a proof", "domain/accounts/public_keys.py",
        "PRIVATE & jwk.keys() or ", "",
        "a proof that gives the key away is taken", AT_TOKEN,
    ),
    Mutant(
        "a code for any key", "api/oauth/store.py",
        ' or c["jkt"] not in {None, jkt}', "",
        "whoever steals a code binds it to a key of their own", CODE,
    ),
    Mutant(
        "a refresh token for any key", "api/oauth/store.py",
        " AND (f.jkt IS NULL OR f.jkt = $5)", " AND (true OR f.jkt = $5)",
        "whoever steals a refresh token uses it with a key of their own", REFRESH,
    ),
    Mutant(
        "a bearer's token after all", "api/oauth/endpoints.py",
        "if asked.client.row.require_dpop and asked.jkt is None:", "if False:",
        "an application that must hold a key gets tokens that anybody can use", REQUIRED,
    ),
)
WHO_SIGNS = (
    Mutant(
        "a key that nobody has read yet signs", "api/oauth/keys.py",
        "if (soonest := max(row.made_at for row in coming) + PUBLISHED_BEFORE) > now:", "if (soonest := now) > now:",
        "good tokens are refused by whoever has not read the new key", ROTATED,
    ),
    Mutant(
        "a retired key leaves at once", "api/oauth/keys.py",
        "state <> 'retired' OR retired_at > $1", "state <> 'retired' OR retired_at > $1::timestamptz + interval '1 h'",
        "everybody's tokens end with a rotation", DRILL,
    ),
    Mutant(
        "a retired key stays", "api/oauth/keys.py",
        "state <> 'retired' OR retired_at > $1", "state <> 'retired' OR $1::timestamptz IS NOT NULL",
        "a key that leaked signs for ever", DRILL,
    ),
    Mutant(
        "a retired key keeps its private part", "api/oauth/keys.py",
        ", private = NULL WHERE", " WHERE",
        "an old copy of the database signs", RETIRED,
    ),
)
# fmt: on

PROOFS = (*WHO_ASKS, *WHO_HOLDS, *WHO_SIGNS)
