from domain.work import House


async def test_smoke(house: House) -> None:
    assert house.book.rules
