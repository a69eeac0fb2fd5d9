"""An account and its identity at the issuer: linked, found again, unlinked."""

import datetime as dt
from uuid import UUID

from backend import clock, db, secrecy
from backend.db import retrying, transaction
from backend.identity import documents, verified_id
from backend.identity.documents import lock_people
from backend.identity.events import record
from backend.identity.oidc_claims import Claims
from backend.identity.oidc_client import called
from backend.identity.oidc_way import take, waiting
from backend.identity.phones import lock_phone_of
from backend.identity.sessions import revoke_way
from backend.identity.tables import LinkedIdentity
from backend.refusal import NotFound, Refusal


def refusing() -> dict[str, Refusal]:
    """What the constraints mean, made anew each time."""
    return {
        **documents.refusing(),
        "identity_opens_one": elsewhere(),
        "identity_once_an_account": Refusal(f"这个账号已经关联了另一个{called()}账号，请先取消原来的关联"),
    }


def elsewhere() -> Refusal:
    """The identity opens another account."""
    return Refusal(f"这个{called()}账号已经关联了别的手机号。请用那个手机号登录，取消关联后再来")


async def lock_subject(claims: Claims) -> None:
    """Part: one at a time per identity, in every process; taken before the phone's and the people's locks."""
    await db.rows("SELECT pg_advisory_xact_lock($1)", secrecy.lock_number(claims.key))


async def account_of(claims: Claims, keep: bool = False) -> UUID | None:
    """The account that this identity opens. `keep`: nobody unlinks it until the transaction ends."""
    asked = LinkedIdentity.objects().where(_live(), _this(claims))
    found = await (asked.lock_rows("UPDATE") if keep else asked).first()
    return found.account if found else None


def _live():  # type: ignore[no-untyped-def]  # a Piccolo condition
    return LinkedIdentity.unlinked_at.is_null()


def _this(claims: Claims):  # type: ignore[no-untyped-def]  # a Piccolo condition
    return LinkedIdentity.subject_index.is_in(secrecy.blinds(claims.key))


async def link(account: UUID, claims: Claims, now: dt.datetime) -> None:
    """Part: the identity opens this account from now on. The caller has locked and looked."""
    await LinkedIdentity(
        account=account, issuer=claims.issuer, subject_sealed=secrecy.seal(claims.key),
        subject_index=secrecy.blind(claims.key), linked_at=now,
    ).save()  # fmt: skip
    await record("identity-linked", account=account)


async def settle(account: UUID, claims: Claims) -> bool:
    """Part: what the issuer verified is kept with the account. Returns whether a contradiction is new.

    Rewriting index and seal moves the row to the newest keys after a rotation.
    """
    differs = await verified_id.settle(account, claims)
    known = await LinkedIdentity.objects().where(_live(), _this(claims)).first()
    assert known is not None
    fresh = differs not in ("", known.differs)
    known.differs = differs
    known.subject_sealed, known.subject_index = secrecy.seal(claims.key), secrecy.blind(claims.key)
    await known.save([LinkedIdentity.differs, LinkedIdentity.subject_sealed, LinkedIdentity.subject_index])
    return fresh


@retrying
async def link_identity(by: UUID, token: str) -> None:
    """Link what came back from the issuer to the account of who is signed in; doing it twice changes nothing.

    Refuses: what has expired, an identity that opens another account or is another person's, a second one;
    NotFound, an account that was erased, or whose number was let go, meanwhile.
    """
    now = await clock.now()
    async with transaction(refusing()):
        if awaited := await waiting(token):
            await lock_subject(awaited)
        await lock_phone_of(by)  # whoever lets the number go holds it, too
        await lock_people(by, living=True)
        claims = await take(token, by)
        known = await account_of(claims, keep=True)
        if known not in (None, by):
            raise elsewhere()
        await verified_id.refuse_another(by, claims)
        if known is None:
            await link(by, claims, now)
        await settle(by, claims)


async def unlink_identity(by: UUID, identity: UUID, keep: UUID | None = None) -> None:
    """The identity opens the account no more, and what it opened is closed but the session `keep`; the phone still
    opens it. Refuses: NotFound.
    """
    now = await clock.now()
    async with transaction():
        ended = LinkedIdentity.update({LinkedIdentity.unlinked_at: now}).where(
            _live(), LinkedIdentity.id == identity, LinkedIdentity.account == by
        )
        if not await ended.returning(LinkedIdentity.id):
            raise NotFound("没有找到这个关联，可能已经取消")
        await revoke_way(by, "oidc", but=keep)
        await record("identity-unlinked", account=by)


async def identities_of(account: UUID) -> list[LinkedIdentity]:
    """What opens the account beside its phone."""
    return await LinkedIdentity.objects().where(_live(), LinkedIdentity.account == account)
