"""A person signs in, allows an application, and the application gets, renews and loses its tokens."""

from tests.oauth.conftest import Door


async def test_alice_signs_in_allows_an_application_and_it_acts_for_her(door: Door) -> None:
    async with door.browser() as browser:
        assert (await door.sign_in(browser)).status_code == 303
        tokens = await door.tokens(browser)
        seen = await door.graphql(browser, tokens["access_token"])
    assert seen.json()["id"] == str(door.people["alice@example.com"])
