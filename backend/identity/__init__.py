"""Identity: accounts, the people they act for, staff and their roles, sessions."""

from backend.identity.add_person import Typed, add_person
from backend.identity.authorisation import ended as authorisation_ended
from backend.identity.callers import account_for_phone, people_of_phone, person_by_id
from backend.identity.change_person import change_person
from backend.identity.checks import RELATIONS
from backend.identity.checks import mobile as mobile_number
from backend.identity.checks import name as person_name
from backend.identity.checks import relation as known_relation
from backend.identity.documents import any_id_indexes
from backend.identity.documents import refusing as person_refusals
from backend.identity.forget import forget
from backend.identity.ids import ID_TYPES, id_number
from backend.identity.ids import id_type as known_id_type
from backend.identity.own_data import ConfirmFirst, erase, export_of, hold, require_lately
from backend.identity.people import (
    masked_id,
    people_of,
    person_for,
    phone_of,
    remove_person,
)
from backend.identity.prove import mark_proved, prove
from backend.identity.roles import Grant, grant_of, listed, require, scopes_of
from backend.identity.send_code import TooSoon, send_code
from backend.identity.sessions import revoke_session, sessions_of, sign_out_everywhere
from backend.identity.sign_in import OwnerUnsure, sign_in
from backend.identity.staff import Added, add_staff, disable_staff, enable_staff, reset_staff
from backend.identity.staff_roles import change_roles
from backend.identity.staff_sign_in import change_password, staff_sign_in
from backend.identity.tables import Person
from backend.identity.try_code import WrongCode
from backend.identity.unmask_phone import unmask_phone
from backend.identity.visitors import visitor_for

__all__ = [
    "ID_TYPES",
    "RELATIONS",
    "Added",
    "ConfirmFirst",
    "Grant",
    "OwnerUnsure",
    "Person",
    "TooSoon",
    "Typed",
    "WrongCode",
    "account_for_phone",
    "add_person",
    "add_staff",
    "any_id_indexes",
    "authorisation_ended",
    "change_password",
    "change_person",
    "change_roles",
    "disable_staff",
    "enable_staff",
    "erase",
    "export_of",
    "forget",
    "grant_of",
    "hold",
    "id_number",
    "known_id_type",
    "known_relation",
    "listed",
    "mark_proved",
    "masked_id",
    "mobile_number",
    "people_of",
    "people_of_phone",
    "person_by_id",
    "person_for",
    "person_name",
    "person_refusals",
    "phone_of",
    "prove",
    "remove_person",
    "require",
    "require_lately",
    "reset_staff",
    "revoke_session",
    "scopes_of",
    "send_code",
    "sessions_of",
    "sign_in",
    "sign_out_everywhere",
    "staff_sign_in",
    "unmask_phone",
    "visitor_for",
]
