"""Identity: accounts, the people they act for, staff and their roles, sessions."""

from backend.identity.add_person import Typed, add_person
from backend.identity.authenticator import confirm_totp, remove_totp, renew_recovery, start_totp
from backend.identity.authorisation import ended as authorisation_ended
from backend.identity.callers import account_for_phone, people_of_phone, person_by_id
from backend.identity.carried_phone import carried, link_phone, unlink_phone
from backend.identity.change_person import change_person
from backend.identity.checks import RELATIONS
from backend.identity.checks import code as one_time_code
from backend.identity.checks import mobile as mobile_number
from backend.identity.checks import name as person_name
from backend.identity.checks import relation as known_relation
from backend.identity.checks import uscc as credit_code
from backend.identity.documents import any_id_indexes, id_indexes
from backend.identity.documents import refusing as person_refusals
from backend.identity.forget import forget
from backend.identity.history import forget_sign_ins, sign_ins_of
from backend.identity.ids import ID_TYPES, id_number
from backend.identity.ids import id_type as known_id_type
from backend.identity.limits import priority_classes, priority_name
from backend.identity.linked import identities_of, link_identity, unlink_identity
from backend.identity.oidc_client import called as issuer_name
from backend.identity.oidc_client import client as issuer
from backend.identity.oidc_sign_in import PhoneFirst, oidc_sign_in
from backend.identity.oidc_way import forget_returns
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
from backend.identity.second_step import CodeNeeded, StepOver, second_step
from backend.identity.send_code import TooSoon, send_code
from backend.identity.sessions import revoke_session, sessions_of, sign_out_everywhere
from backend.identity.shown_code import shown_code
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
    "CodeNeeded",
    "ConfirmFirst",
    "Grant",
    "OwnerUnsure",
    "Person",
    "PhoneFirst",
    "StepOver",
    "TooSoon",
    "Typed",
    "WrongCode",
    "account_for_phone",
    "add_person",
    "add_staff",
    "any_id_indexes",
    "authorisation_ended",
    "carried",
    "change_password",
    "change_person",
    "change_roles",
    "confirm_totp",
    "credit_code",
    "disable_staff",
    "enable_staff",
    "erase",
    "export_of",
    "forget",
    "forget_returns",
    "forget_sign_ins",
    "grant_of",
    "hold",
    "id_indexes",
    "id_number",
    "identities_of",
    "issuer",
    "issuer_name",
    "known_id_type",
    "known_relation",
    "link_identity",
    "link_phone",
    "listed",
    "mark_proved",
    "masked_id",
    "mobile_number",
    "oidc_sign_in",
    "one_time_code",
    "people_of",
    "people_of_phone",
    "person_by_id",
    "person_for",
    "person_name",
    "person_refusals",
    "phone_of",
    "priority_classes",
    "priority_name",
    "prove",
    "remove_person",
    "remove_totp",
    "renew_recovery",
    "require",
    "require_lately",
    "reset_staff",
    "revoke_session",
    "scopes_of",
    "second_step",
    "send_code",
    "sessions_of",
    "shown_code",
    "sign_in",
    "sign_ins_of",
    "sign_out_everywhere",
    "staff_sign_in",
    "start_totp",
    "unlink_identity",
    "unlink_phone",
    "unmask_phone",
    "visitor_for",
]
