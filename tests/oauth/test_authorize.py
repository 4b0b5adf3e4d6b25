"""What the authorization endpoint refuses, whom it asks, and where it sends the browser."""

from urllib.parse import parse_qsl, urlencode, urlsplit

import httpx2
import pytest

from tests.oauth.conftest import ALL, Door, form_token


def question(door: Door, **asked: str | None) -> dict[str, str]:
    query = {
        "client_id": door.clients["spa"],
        "response_type": "code",
        "redirect_uri": "https://app.example/cb",
        "scope": "openid accounts:read",
        "state": 'x"é 中',
        "code_challenge": "a" * 43,
        "code_challenge_method": "S256",
        **asked,
    }
    return {name: value for name, value in query.items() if value is not None}


def came_back(answer: httpx2.Response) -> dict[str, str]:
    """The parameters with which the application is called back."""
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"].startswith("https://app.example/cb?")
    return dict(parse_qsl(urlsplit(answer.headers["location"]).query))


ELSEWHERE = [
    "https://evil.example/cb",
    "https://app.example/cb/",
    "https://app.example/cb/more",
    "https://app.example/c",
    "https://app.example/../cb",
    "https://app.example/x/../cb",
    "https://app.example/CB",
    "https://APP.example/cb",
    "https://app.example:443/cb",
    "https://app.example:8443/cb",
    "https://app.example/%63b",
    "https://app.example/cb?x=1",
    "https://app.example/cb#x",
    "https://app.example@evil.example/cb",
    "https://user@app.example/cb",
    "http://app.example/cb",
    "//app.example/cb",
    "javascript:alert(1)",
    'https://app.example/cb"é',
    "https://app.example/cb\n",
    "http://127.0.0.1:99999/cb",
    "http://127.0.0.1:1/cb#x",
    "http://127.0.0.1:1/cb?x",
    "http://user@127.0.0.1:1/cb",
    "http://127.0.0.1:1/other",
    "http://localhost:1/cb",
    "http://127.0.0.1:7001/own",
    "http://127.0.0.1/own",
    "http://[::1]:1/cb",
    "http://127.0.0.1.evil.example/cb",
    "http://127.0.0.1:80@evil.example/cb",
    None,
]


async def test_nobody_is_sent_to_an_address_that_is_not_registered(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        for uri in ELSEWHERE:
            answer = await browser.get("/oauth/authorize", params=question(door, redirect_uri=uri))
            assert (uri, answer.status_code, answer.headers.get("location")) == (uri, 400, None)


async def test_nobody_is_sent_anywhere_for_an_application_that_is_not_known(door: Door) -> None:
    async with door.browser() as browser:
        for client_id in ("cli_" + "0" * 32, "nobody", "usr_" + "0" * 32, None):
            answer = await browser.get("/oauth/authorize", params=question(door, client_id=client_id))
            assert answer.status_code == 400
            assert "location" not in answer.headers


REFUSED: list[tuple[dict[str, str | None], str]] = [
    ({"code_challenge": None, "code_challenge_method": None}, "invalid_request"),
    ({"code_challenge_method": "plain"}, "invalid_request"),
    ({"code_challenge_method": None}, "invalid_request"),
    ({"code_challenge": "short"}, "invalid_request"),
    ({"response_type": "token"}, "unsupported_response_type"),
    ({"response_type": "code id_token"}, "unsupported_response_type"),
    ({"response_type": None}, "unsupported_response_type"),
    ({"scope": "everything:write"}, "invalid_scope"),
    ({"scope": "communities:write"}, "invalid_scope"),
    ({"scope": None}, "invalid_scope"),
    ({"request": "e30"}, "request_not_supported"),
    ({"request_uri": "https://app.example/r"}, "request_uri_not_supported"),
    ({"response_mode": "fragment"}, "invalid_request"),
    ({"max_age": "-1"}, "invalid_request"),
    ({"max_age": "x"}, "invalid_request"),
    ({"prompt": "none login"}, "invalid_request"),
    ({"prompt": "dance"}, "invalid_request"),
    ({"prompt": "none"}, "consent_required"),
]


async def test_the_application_learns_why_with_its_state_and_who_says_so(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        for asked, error in REFUSED:
            said = came_back(await browser.get("/oauth/authorize", params=question(door, **asked)))
            assert (asked, said) == (asked, said | {"error": error, "state": 'x"é 中', "iss": door.url})
            assert "code" not in said


async def test_whoever_is_not_signed_in_is_asked_to_unless_nobody_may_be_asked(door: Door) -> None:
    async with door.browser() as browser:
        answer = await browser.get("/oauth/authorize", params=question(door))
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login?")
        said = came_back(await browser.get("/oauth/authorize", params=question(door, prompt="none")))
    assert said["error"] == "login_required"


@pytest.mark.parametrize("asked", [{"prompt": "login"}, {"prompt": "select_account"}, {"max_age": "0"}])
async def test_a_person_signs_in_again_when_the_application_wants_it_and_then_goes_on(
    door: Door, asked: dict[str, str]
) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.code(browser)  # consent is given
        answer = await browser.get("/oauth/authorize", params=question(door, **asked))
        place = answer.headers["location"]
        assert place.startswith("/login?")
        page = await browser.get(place)
        form = {
            "identifier": "alice@example.com",
            "password": "芝麻开门 sesame 1",
            "form_token": form_token(page.text),
        }
        answer = await browser.post(place, data=form)
        assert answer.status_code == 303
        assert "code" in came_back(await browser.get(answer.headers["location"]))


async def test_a_sign_in_of_long_ago_is_not_enough_for_a_small_max_age(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.house.lanes.run("UPDATE login_session SET auth_time = auth_time - interval '100 s'")
        recent = await browser.get("/oauth/authorize", params=question(door, max_age="10000"))
        old = await browser.get("/oauth/authorize", params=question(door, max_age="60"))
    assert recent.status_code == 200
    assert old.headers["location"].startswith("/login?")


async def test_an_id_token_of_somebody_else_makes_the_person_sign_in(door: Door) -> None:
    async with door.browser() as alice, door.browser() as bob:
        await door.sign_in(alice)
        await door.sign_in(bob, "bob@example.com")
        hers = (await door.tokens(alice))["id_token"]
        await door.code(bob)
        same = await alice.get("/oauth/authorize", params=question(door, id_token_hint=hers, prompt="none"))
        other = await bob.get("/oauth/authorize", params=question(door, id_token_hint=hers, prompt="none"))
    assert "code" in came_back(same)
    assert came_back(other)["error"] == "login_required"


async def test_a_person_who_does_not_allow_it_sends_the_application_away(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        page = await browser.get("/oauth/authorize", params=question(door))
        form = {**question(door), "form_token": form_token(page.text), "decision": "deny"}
        said = came_back(await browser.post("/oauth/consent", data=form))
    assert said["error"] == "access_denied"
    assert said["iss"] == door.url


async def test_consent_is_asked_once_and_again_for_more(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        await door.code(browser, scope="openid accounts:read")
        again = await browser.get("/oauth/authorize", params=question(door))
        more = await browser.get("/oauth/authorize", params=question(door, scope="openid accounts:read hours:read"))
        wanted = await browser.get("/oauth/authorize", params=question(door, prompt="consent"))
    assert "code" in came_back(again)
    assert more.status_code == 200
    assert wanted.status_code == 200


async def test_a_form_that_is_not_ours_allows_nothing(door: Door) -> None:
    async with door.browser() as alice, door.browser() as mallory:
        await door.sign_in(alice)
        await door.sign_in(mallory, "bob@example.com")
        page = await mallory.get("/oauth/authorize", params=question(door))
        for token in (form_token(page.text), "0" * 64, ""):
            form = {**question(door), "form_token": token, "decision": "allow"}
            answer = await alice.post("/oauth/consent", data=form)
            assert answer.status_code == 403
            assert "location" not in answer.headers
        hers = form_token((await alice.get("/oauth/authorize", params=question(door))).text)
        form = {**question(door), "form_token": hers, "decision": "allow"}
        answer = await alice.post("/oauth/consent", data=form, headers={"Origin": "https://evil.example"})
        assert answer.status_code == 403


async def test_pages_are_in_nobodys_frame_and_kept_nowhere(door: Door) -> None:
    async with door.browser() as browser:
        pages = [await browser.get(path) for path in ("/login", "/register", "/logout")]
        await door.sign_in(browser)
        pages += [await browser.get("/account"), await browser.get("/oauth/authorize", params=question(door))]
        pages += [await browser.get("/oauth/authorize")]
    for page in pages:
        policy = page.headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "script-src" not in policy
        assert page.headers["x-frame-options"] == "DENY"
        assert page.headers["referrer-policy"] == "no-referrer"
        assert page.headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in page.headers
        assert "http://" not in page.text.replace("http://127.0.0.1", "")
    assert "form-action 'self' https://app.example" in pages[4].headers["content-security-policy"]


async def test_a_page_speaks_the_readers_language_until_they_choose_another(door: Door) -> None:
    async with door.browser() as browser:
        chinese = await browser.get("/login", headers={"Accept-Language": "zh-TW,en;q=0.5"})
        english = await browser.get("/login", headers={"Accept-Language": "en-GB,zh;q=0.5"})
        chosen = await browser.get("/login?ui_locales=en", headers={"Accept-Language": "zh-CN"})
        french = await browser.get("/login", headers={"Accept-Language": "fr"})
    assert '<html lang="zh-Hans">' in chinese.text
    assert '<html lang="en">' in english.text
    assert '<html lang="en">' in chosen.text
    assert '<html lang="zh-Hans">' in french.text


async def test_an_application_may_ask_by_post(door: Door) -> None:
    async with door.browser() as browser:
        await door.sign_in(browser)
        answer = await browser.post("/oauth/authorize", data=question(door))
    assert answer.status_code == 200
    assert form_token(answer.text)


async def test_what_is_asked_twice_is_refused(door: Door) -> None:
    async with door.browser() as browser:
        twice = urlencode([*question(door).items(), ("client_id", door.clients["web"])])
        answer = await browser.get(f"/oauth/authorize?{twice}")
    assert answer.status_code == 400


async def test_one_of_the_houses_own_applications_asks_for_no_consent(door: Door) -> None:
    own = await door.register("own", redirect_uris=["https://app.example/cb"], first_party=True)
    async with door.browser() as browser:
        await door.sign_in(browser)
        said = came_back(await browser.get("/oauth/authorize", params=question(door, client_id=own, scope=ALL)))
    assert "code" in said
