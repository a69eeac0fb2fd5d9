"""Every address of identity."""

from backend.identity import (
    account_pages,
    confirm_pages,
    identity_pages,
    oidc_pages,
    people_pages,
    privacy_pages,
    session_pages,
    sign_in_pages,
    staff_console,
    staff_pages,
)

routes = [
    *sign_in_pages.routes,
    *oidc_pages.routes,
    *identity_pages.routes,
    *privacy_pages.routes,
    *confirm_pages.routes,
    *session_pages.routes,
    *people_pages.routes,
    *staff_pages.routes,
    *account_pages.routes,
    *staff_console.routes,
]
