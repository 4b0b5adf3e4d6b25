"""What the pages say, in English and Chinese."""

from api.oauth.texts import (
    account,
    calendar,
    codes,
    consent,
    device,
    everywhere,
    factors,
    guardians,
    introduction,
    letters,
    linking,
    requests,
    rights,
    sessions,
    signing_in,
    signing_up,
)

TEXTS: dict[str, tuple[str, str]] = {
    **everywhere.TEXTS,
    **signing_in.TEXTS,
    **signing_up.TEXTS,
    **codes.TEXTS,
    **introduction.TEXTS,
    **consent.TEXTS,
    **account.TEXTS,
    **factors.TEXTS,
    **calendar.TEXTS,
    **letters.TEXTS,
    **sessions.TEXTS,
    **device.TEXTS,
    **linking.TEXTS,
    **guardians.TEXTS,
    **rights.TEXTS,
    **requests.TEXTS,
}
