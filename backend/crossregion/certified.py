"""The consent signed by a certificate (可靠电子签名, 电子签名法 13, 14), on the applicant's own phone.

The service is asked for a signature over the very text that the desk shows; the applicant opens its address by a code
on the desk's screen. Until it comes, they may still sign on the screen or on paper, and what comes later is nothing.
"""

from typing import Any
from uuid import UUID

import msgspec

from backend import cases, db, esign, secrecy
from backend.crossregion.consent import KIND, OPEN, as_shown, consent_text, digest, keep
from backend.crossregion.intake import intake_of
from backend.crossregion.mandate import entrusted
from backend.refusal import Refusal

BY_PROXY = "受托来办的，请受托人在屏上签，或者在纸上签"


@db.retrying
async def ask_to_sign(case: UUID, text_hash: str, by: UUID) -> UUID:
    """请申请人用手机签; returns the request. A second tap is the same one. Refuses: Denied, NotFound, a text other
    than the one that was shown, one that is signed, who comes by a 委托书 (the certificate names the applicant, who
    is far away), where no service is configured.
    """
    async with db.transaction():
        found = await cases.held(case, by)
        await as_shown(case, text_hash)
        if entrusted(await intake_of(case)):
            raise Refusal(BY_PROXY)
        name, number = (secrecy.unseal(found[column]) for column in ("name_sealed", "id_sealed"))
        title = f"服务同意书（{found['item_name']}）"[:120]
        return await esign.ask(esign.Wanted(KIND, case, text_hash, title, name, found["id_type"], number), by)


@db.retrying
async def sign_otherwise(case: UUID, by: UUID) -> None:
    """改在屏上或纸上签. Refuses: Denied, NotFound."""
    async with db.transaction():
        await cases.held(case, by)
        await esign.cancel(KIND, case)


async def _take(case: UUID, found: esign.Certified) -> str:
    """A part: the signature is kept with the text that it is over; else why not."""
    one, intake = await cases.locked(case), await intake_of(case)
    text = consent_text(intake)
    if intake["consent_way"] or one["state"] not in OPEN:
        return "over"
    if digest(text) != found.hash:
        return "changed"
    sealed = secrecy.seal(msgspec.json.encode(found).decode())
    await keep(one, text, "certified", sealed, cases.Asker(account=one["account"]))
    return ""


def certificate_of(intake: dict[str, Any]) -> esign.Certified | None:
    """What a consent that was signed so rests on."""
    if intake["consent_way"] != "certified":
        return None
    return msgspec.json.decode(secrecy.unseal(intake["consent_sealed"]), type=esign.Certified)


esign.serve(KIND, _take, "case")
