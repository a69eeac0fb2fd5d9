"""A citizen signs in by the province's identity: by the one they linked, else by the phone and ID it has verified."""

import datetime as dt
from uuid import UUID

import msgspec

from backend import clock
from backend.db import retrying, transaction
from backend.identity import linked, verified_id
from backend.identity.events import record
from backend.identity.oidc_claims import Claims
from backend.identity.oidc_client import called
from backend.identity.phones import UNPROVED, lock_phone, lock_phone_of, open_account, phone_indexes
from backend.identity.sessions import open_session
from backend.identity.tables import Account
from backend.refusal import Refusal


class PhoneFirst(Refusal):
    """The issuer's word for the phone is not enough: a code by SMS proves it once, then it is linked."""

    def __init__(self) -> None:
        super().__init__(f"请用短信验证码确认一次手机号，再和{called()}关联。以后就可以直接用{called()}登录")


class Inside(msgspec.Struct, frozen=True):
    """The session's token; `differs`: the verified ID contradicts what was typed, which is new."""

    token: str
    differs: bool


@retrying
async def oidc_sign_in(claims: Claims, device: str = "") -> Inside:
    """Open a session for the account of this identity, linked now where its phone and ID are verified.

    Refuses: PhoneFirst; an account that another identity of this issuer opens already.
    """
    now = await clock.now()
    async with transaction(linked.refusing()):
        await linked.lock_subject(claims)
        account = await _known(claims) or await _by_phone(claims, now)
        if account is None:
            raise PhoneFirst
        differs = await linked.settle(account, claims)
        await record("signed-in", account=account, way="oidc", device=device)
        return Inside(await open_session(now, device, account=account, way="oidc"), differs)


async def _known(claims: Claims) -> UUID | None:
    owner = await linked.account_of(claims)
    if owner is None or not await lock_phone_of(owner):
        return None
    # Whoever let the number go or erased the account held its phone: only now is it certain that the link is left.
    return await linked.account_of(claims, keep=True)


async def _by_phone(claims: Claims, now: dt.datetime) -> UUID | None:
    # Without an ID nobody could prove later that the account was theirs; a code makes the phone their proof.
    if not claims.phone or not claims.id_number:
        return None
    await lock_phone(claims.phone)
    account = await Account.objects().where(Account.phone_index.is_in(phone_indexes(claims.phone))).first()
    if account and not await _surely_theirs(account, claims):
        return None
    owner = account.id if account else await open_account(claims.phone, now, seen_at=UNPROVED)
    await linked.link(owner, claims, now)
    return owner


async def _surely_theirs(account: Account, claims: Claims) -> bool:
    # The issuer verified the phone once, perhaps long ago: whoever has not the ID of the account's own person may
    # be the number's former owner.
    own = await verified_id.own_person(account.id)
    return own is not None and verified_id.same(own, claims)
