"""The forms of staff accounts: a name, and roles with their places, a line for each."""

from itertools import zip_longest

from backend.identity import checks
from backend.identity.roles import ROLES, SCOPES, Grant
from backend.web import forms

SPARE = 2  # empty lines to fill


class Roles(forms.Form):
    """Roles as chosen, line by line."""

    role = forms.Field("岗位", type=list, longest=20)
    place = forms.Field("在哪里", type=list, longest=60)


class ChangedRoles(Roles):
    """Roles as changed; `seen` are those that were shown."""

    seen = forms.Field("原来的岗位", required=False, longest=4000)


class Named(forms.Form):
    """Whom it is about."""

    name = forms.Field("姓名", longest=60, check=checks.name)
    username = forms.Field("用户名", longest=40, check=checks.username)


class NewStaff(Roles, Named):  # in this order the name's fields come first, as on the page
    """Somebody who joins."""


class Reset(forms.Form):
    """Why somebody is given a temporary password; `seen` says which one they had when it was decided."""

    why = forms.Field("给临时密码的原因", longest=200)
    seen = forms.Field("原来的密码", required=False, longest=40)


class Lost(forms.Form):
    """Why somebody's authenticator is taken off."""

    lost_why = forms.Field("取消验证器的原因", longest=200)


class Sought(forms.Form):
    """Part of a name, a username, a role or a place; posted, for a name has no place in an address."""

    q = forms.Field("查找内容", required=False, longest=40)


def chosen(form: Roles) -> list[Grant]:
    """The roles of a form that was read; what is wrong is named in it."""
    found: list[Grant] = []
    roles, places = form.given.get("role", []), form.given.get("place", [])
    if len(roles) != len(places):
        form.refuse(
            *(("place", "请给每个岗位选在哪里") if len(roles) > len(places) else ("role", "请选择岗位"))
        )
    for role, place in zip(roles, places, strict=False):
        if role.strip() and not {"role", "place"} & form.errors.keys():
            _add(form, found, role.strip(), place.strip())
    if not found and not {"role", "place"} & form.errors.keys():
        form.refuse("role", "至少选一个岗位；不再来上班的，请停用账号")
    return found


def _add(form: Roles, found: list[Grant], role: str, place: str) -> None:
    kind, _, scope = place.partition(":")
    if role not in ROLES:
        form.refuse("role", "请从列表里选岗位")
    elif kind not in SCOPES or (kind == "all") != (scope == ""):
        form.refuse("place", f"请给“{ROLES[role]}”选在哪里")
    else:
        found.append(Grant(role, kind, scope))


def lines(form: Roles) -> list[tuple[str, str]]:
    """What was chosen, and empty lines to add more."""
    given = zip_longest(form.given.get("role", []), form.given.get("place", []), fillvalue="")
    return [line for line in given if line[0]] + [("", "")] * SPARE


def shown(grants: list[Grant], seen: str) -> ChangedRoles:
    """The form that shows these roles."""
    places = [grant.kind if grant.kind == "all" else f"{grant.kind}:{grant.scope}" for grant in grants]
    return ChangedRoles({"role": [grant.role for grant in grants], "place": places, "seen": [seen]})
