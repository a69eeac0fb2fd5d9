"""Who comes to us: accounts, the people they act for, one-time codes, sessions, staff and what they did."""

from uuid import uuid4

from piccolo.columns import (
    UUID,
    BigInt,
    Boolean,
    Bytea,
    Date,
    ForeignKey,
    Integer,
    OnDelete,
    Text,
    Timestamptz,
    Varchar,
)
from piccolo.constraints import Check, Unique
from piccolo.table import Table


class Account(Table):
    """A phone number that proved itself by a one-time code, or one that called the hall and did not yet: until its
    owner signs in, `consented_at` is null.

    `phone_index` is null once the number went to somebody else (idle as long as `identity.toml` sets, then
    a stranger's code). `seen_at` is when the phone was last proved or used after it was: 1970 where only the issuer
    ever vouched for it.
    """

    id = UUID(primary_key=True, default=uuid4)
    phone_sealed = Bytea(default=b"")
    phone_index = Bytea(null=True, default=None, unique=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    consented_at = Timestamptz(null=True, default=None)


class Person(Table):
    """Somebody an account acts for: itself, family, or one who authorised it.

    `priority_class` names the class only, never its proof: no more is needed (个人信息保护法 6). An unchecked
    ID has no `proved_at`. Who is `authorised` agreed at `agreed_at`, until and with the day `authorised_until`.
    """

    id = UUID(primary_key=True, default=uuid4)
    account = ForeignKey(Account, on_delete=OnDelete.restrict, null=False, index=True)
    relation = Varchar(length=12)
    name = Varchar(length=30)
    id_type = Varchar(length=20)
    id_sealed = Bytea(default=b"")
    id_index = Bytea(default=b"", index=True)
    priority_class = Varchar(length=20, default="")
    elder = Boolean(default=False)
    voice = Boolean(default=False)
    created_at = Timestamptz()
    proved_at = Timestamptz(null=True, default=None)
    agreed_at = Timestamptz(null=True, default=None)
    authorised_until = Date(null=True, default=None)
    removed_at = Timestamptz(null=True, default=None)

    person_relation_known = Check("relation IN ('self', 'family', 'authorised')")


class Code(Table):
    """One six-digit code sent to one phone. Also the counter of what was sent, so rows outlive their use."""

    id = UUID(primary_key=True, default=uuid4)
    phone_index = Bytea(default=b"", index=True)
    code_hash = Bytea(default=b"")
    address_index = Bytea(default=b"", index=True)
    sent_at = Timestamptz(index=True)
    expires_at = Timestamptz()
    tries = Integer(default=0)
    used_at = Timestamptz(null=True, default=None)

    code_tries_bounded = Check("tries BETWEEN 0 AND 5")


class Staff(Table):
    """Somebody who works here. Passwords are argon2; `must_change` holds until they chose their own.

    `totp_sealed` is the secret of their authenticator (RFC 6238), `totp_step` the last step of it that opened the
    door: a code is used once. A secret that no code has confirmed yet waits in `totp_pending_sealed`.
    `account` is that of the phone they carry (值守手机), which its code proved.
    """

    id = UUID(primary_key=True, default=uuid4)
    username = Varchar(length=40, unique=True)
    name = Varchar(length=30)
    password_hash = Varchar(length=200)
    totp_sealed = Bytea(null=True, default=None)
    totp_pending_sealed = Bytea(null=True, default=None)
    totp_step = BigInt(default=0)
    failures = Integer(default=0)
    locked_until = Timestamptz(null=True, default=None)
    disabled_at = Timestamptz(null=True, default=None)
    created_at = Timestamptz()
    must_change = Boolean(default=True)
    account = ForeignKey(Account, on_delete=OnDelete.set_null, null=True, default=None, index=False)


class RecoveryCode(Table):
    """One of the codes that open the door once to who has lost their authenticator. Only its SM3 hash is here."""

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=True)
    code_hash = Bytea(default=b"", unique=True)
    created_at = Timestamptz()
    used_at = Timestamptz(null=True, default=None)


class StaffStep(Table):
    """Somebody whose password was right and whose code is still asked for. Opens nothing; the token is in the form."""

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=True)
    token_hash = Bytea(default=b"", unique=True)
    expires_at = Timestamptz(index=True)


class StaffRole(Table):
    """What somebody may do, and where: a role with a scope. `scope` is empty when the kind is `all`."""

    id = UUID(primary_key=True, default=uuid4)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=False, index=True)
    role = Varchar(length=20)
    scope_kind = Varchar(length=12, default="all")
    scope = Varchar(length=40, default="")

    staff_role_once = Unique([staff, role, scope_kind, scope])
    staff_role_kind_known = Check("scope_kind IN ('all', 'hall', 'department', 'village')")


class Session(Table):
    """One signed-in browser, of an account or of a member of staff. The token is only in its cookie.

    `way` is how they signed in, one of `history.WAYS`.
    """

    id = UUID(primary_key=True, default=uuid4)
    token_hash = Bytea(default=b"", unique=True)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=True, index=True)
    staff = ForeignKey(Staff, on_delete=OnDelete.cascade, null=True, index=True)
    created_at = Timestamptz()
    seen_at = Timestamptz()
    expires_at = Timestamptz()
    revoked_at = Timestamptz(null=True, default=None)
    device = Varchar(length=80, default="")
    way = Varchar(length=12, default="")

    session_one_owner = Check("num_nonnulls(account, staff) = 1")


class LinkedIdentity(Table):
    """An identity at the province's unified identity (苏服办) that opens an account. At most one an account and issuer.

    The subject is what the issuer calls the person; some issuers use an ID number, so it is sealed like one, with
    the issuer before it (`Claims.key`).
    `differs` says what the issuer verified and our own person contradicts: `id`, `name` or nothing.
    """

    id = UUID(primary_key=True, default=uuid4)
    account = ForeignKey(Account, on_delete=OnDelete.cascade, null=False, index=True)
    issuer = Varchar(length=300)
    subject_sealed = Bytea(default=b"")
    subject_index = Bytea(default=b"")
    differs = Varchar(length=8, default="")
    linked_at = Timestamptz()
    unlinked_at = Timestamptz(null=True, default=None)


class OidcReturn(Table):
    """One way back from the issuer, which is taken once. What it verified waits here, sealed and for minutes, until the
    person has proved the phone or said that it shall be linked. `account` is who linked it.
    """

    id = UUID(primary_key=True, default=uuid4)
    state_hash = Bytea(default=b"", unique=True)
    token_hash = Bytea(null=True, default=None, unique=True)
    claims_sealed = Bytea(null=True, default=None)
    account = UUID(null=True, default=None)
    expires_at = Timestamptz(index=True)


class IdentityEvent(Table):
    """Who did what to an identity, and when. Holds ids only, never a name, phone or ID number.

    `why` is the reason that a member of staff gave; `before` and `after` are what changed (roles as codes); `way`
    and `device` belong to a sign-in, also to one that failed (`way` to a proof of an ID, too). Where it came from in
    the network is not kept.
    """

    id = UUID(primary_key=True, default=uuid4)
    account = UUID(null=True, default=None, index=True)
    person = UUID(null=True, default=None, index=True)
    staff = UUID(null=True, default=None, index=True)
    by_staff = UUID(null=True, default=None, index=False)
    what = Varchar(length=40)
    why = Varchar(length=200, default="")
    before = Text(default="")
    after = Text(default="")
    way = Varchar(length=12, default="")
    device = Varchar(length=80, default="")
    at = Timestamptz(index=True)


# Columns under a key, by how `python -m backend rekey` moves them to the newest: see `backend/commands/keyed.py`.
KEYED: dict[str, str] = {
    "account.phone_sealed": "sealed",
    "account.phone_index": "of phone_sealed",
    "person.id_sealed": "sealed",
    "person.id_index": "person",
    "code.phone_index": "brief",
    "code.code_hash": "brief",
    "code.address_index": "brief",
    "linked_identity.subject_sealed": "sealed",
    "linked_identity.subject_index": "of subject_sealed",
    "oidc_return.state_hash": "keyless",
    "oidc_return.token_hash": "keyless",
    "oidc_return.claims_sealed": "sealed",
    "staff.totp_sealed": "sealed",
    "staff.totp_pending_sealed": "sealed",
    "recovery_code.code_hash": "keyless",
    "staff_step.token_hash": "keyless",
    "session.token_hash": "keyless",
}
RAW_CONSTRAINTS: list[str] = [
    "CREATE UNIQUE INDEX identity_opens_one ON linked_identity (subject_index) WHERE unlinked_at IS NULL",
    "CREATE UNIQUE INDEX identity_once_an_account ON linked_identity (account, issuer) WHERE unlinked_at IS NULL",
    "CREATE UNIQUE INDEX person_one_self ON person (account) WHERE relation = 'self' AND removed_at IS NULL",
    "CREATE UNIQUE INDEX person_id_once ON person (account, id_index) WHERE removed_at IS NULL",
]
