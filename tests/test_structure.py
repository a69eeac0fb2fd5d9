"""The rules of the house that a machine can check: guards, imports, jobs, migrations, docstrings, templates."""

import ast
import asyncio
import os
import re
import subprocess
import sys
import uuid
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import asyncpg
import httpx
import pytest
from piccolo.columns import Bytea

from backend import db
from backend.commands import keyed
from backend.identity import roles
from backend.notify import texts
from backend.piccolo_app import APP_CONFIG
from backend.web import guards
from backend.web.pages import environment
from tests import routes
from workers.settings import WorkerSettings

ROOT = Path(__file__).resolve().parents[1]
BACKEND, TEMPLATES, WORKERS = ROOT / "backend", ROOT / "templates", ROOT / "workers"
HANDLERS = routes.handlers()
# What anybody may open. Whatever is not here needs an account or a role.
PUBLIC = {
    "GET /", "GET /me", "GET /tickets", "GET /doorstep", "GET /shanghai", "GET /healthz", "GET /readyz", "GET /live",
    "GET /items", "GET /items/found", "GET /items/{item}", "GET /appointments", "GET /appointments/new",
    "GET /appointments/month", "GET /notices/unread", "GET /{path}", "GET /session/new", "GET /session",
    "GET /codes", "GET /privacy", "GET /sw.js", "GET /oidc/new", "GET /oidc/return",
    "GET /cases/lookup", "POST /cases/lookups", "POST /cases/lookups/results",
    "GET /sheets/{sheet}", "POST /sheets/{sheet}", "POST /sheets/{sheet}/shooting",
    "GET /screens/{seat}", "GET /screens/{seat}/state", "GET /screens/{seat}/stills/officer",
    "GET /app.webmanifest", "GET /robots.txt", "GET /offline", "GET /items/{item}/offline",
    "GET /console/session/new", "POST /codes", "POST /session", "POST /session/closure", "POST /preferences",
    "POST /console/session", "GET /console/session", "GET /console/session/code", "POST /console/session/code",
    "POST /console/session/closure", "POST /dispatches/{dispatch}/showing",
    "POST /dispatches/{dispatch}/opening", "GET /v/{token}", "GET /v/{token}/calendar.ics",
    "GET /pairings/{pairing}", "GET /tickets/here",
    "POST /pairings/{pairing}",
    "GET /boards/{hall}", "GET /boards/{hall}/now", "GET /halls/{hall}", "GET /halls/{hall}/now",
    "GET /halls/{hall}/live", "GET /q/{key}", "GET /q/{key}/state", "GET /q/{key}/live", "POST /q/{key}/postponement",
    "POST /q/{key}/withdrawal", "POST /q/{key}/return",
    "GET /erased", "GET /metrics", "POST /sms/reports/{provider}", "POST /esign/reports/{provider}",
    "GET /visits/phone", "GET /phone.webmanifest", "POST /sync/devices/{phone}/contact", "PUT /sync/visits/{record}",
    "PUT /sync/records/{record}", "GET /crossregion/desk",
    "HEAD /sync/attachments/{sha256}", "PATCH /sync/attachments/{sha256}",
    "HEAD /sheets/{sheet}/uploads/{sha256}", "PATCH /sheets/{sheet}/uploads/{sha256}",
}  # fmt: skip


@cache
def trees(folder: Path) -> list[tuple[Path, ast.Module]]:
    """Every Python file of a folder but the migrations, parsed."""
    paths = [path for path in sorted(folder.rglob("*.py")) if "migrations" not in path.parts]
    return [(path, ast.parse(path.read_text())) for path in paths]


# --- routes ---


@pytest.mark.parametrize("key", HANDLERS, ids=" ".join)
def test_every_route_has_exactly_one_guard_of_ours(key: tuple[str, str]) -> None:
    assert len(HANDLERS[key].guards or []) == 1, "public, citizen, staff(…) or device(…)"
    guard = (HANDLERS[key].guards or [])[0]
    whom = getattr(guard, "roles", getattr(guard, "kinds", None))
    named = guard in (guards.public, guards.citizen) or isinstance(whom, frozenset)
    assert named, guard
    assert (guard is guards.public) == (" ".join(key) in PUBLIC)


def test_only_what_another_server_signs_may_come_from_another_site() -> None:
    assert {key for key, handler in HANDLERS.items() if handler.opt.get("signed")} == routes.SIGNED


def test_guards_know_the_roles_that_people_can_hold() -> None:
    # Twice, because the edge imports no domain.
    assert tuple(roles.ROLES) == guards.ROLES


def test_the_public_list_names_only_routes_that_exist() -> None:
    assert {" ".join(key) for key in HANDLERS} >= PUBLIC


async def test_what_changes_something_answers_no_get(client: httpx.AsyncClient) -> None:
    nothing = {
        name: str(uuid.uuid4())
        for name in routes.OWNED
        | routes.OF_A_HALL
        | routes.SHARED
        | routes.ON_A_SCREEN
        | {
            "link",
            "ticket_link",
            "relocation",
            "provider",
            "document",
            "own_paper",
            "paper",
            "own_parcel",
            "result",
            "own_result",
        }
        | {"phone", "photo", "visit", "record", "sha256", "shot"}
    }
    for method, path in HANDLERS:
        assert method in ("GET", "POST") or (method, path) in routes.SIGNED | routes.PIECES
        assert HANDLERS[method, path].http_methods == {method}
        if method == "POST" and ("GET", path) not in HANDLERS:
            assert (await client.get(path.format_map(nothing))).status_code == 405, path


# --- imports ---

DOMAINS = {path.parent.name for path in BACKEND.glob("*/tables.py")} | {"home"}
# These stand above the domains and put them together.
ABOVE = {
    "app",
    "records",
    "demo",
    "demo_cases",
    "demo_past",
    "demo_visits",
    "health",
    "commands",
    "reference",
    "home",
}


def imports(tree: ast.Module) -> set[str]:
    """Every dotted name of ours that a file imports, wherever in the file."""
    found: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] in ("backend", "workers")}


def is_module(dotted: str) -> bool:
    path = ROOT.joinpath(*dotted.split("."))
    return path.is_dir() or path.with_suffix(".py").is_file()


def part(path: Path) -> str:
    """The domain or module of the backend that a file belongs to."""
    return path.relative_to(BACKEND).parts[0].removesuffix(".py")


def reaches() -> Iterator[tuple[Path, str, str, list[str]]]:
    """File, its own part, the domain it imports from, and what stands behind the domain's name."""
    for path, tree in trees(BACKEND):
        for name in sorted(imports(tree)):
            _, domain, *rest = [*name.split("."), ""]
            if domain in DOMAINS and domain != part(path):
                yield path, part(path), domain, [word for word in rest if word]


def test_a_domain_imports_another_s_door_or_tables_never_its_insides() -> None:
    inside = [
        f"{path.relative_to(ROOT)}: {domain}.{rest[0]}"
        for path, own, domain, rest in reaches()
        if own in DOMAINS and rest and rest[0] != "tables" and is_module(f"backend.{domain}.{rest[0]}")
    ]
    assert inside == []


def test_only_what_stands_above_the_domains_imports_them() -> None:
    below = [
        f"{path.relative_to(ROOT)}: {domain}"
        for path, own, domain, _ in reaches()
        if own not in DOMAINS | ABOVE
    ]
    assert below == []


def test_the_arrows_between_domains_make_no_circle() -> None:
    arrows: dict[str, set[str]] = {name: set() for name in DOMAINS}
    for _, own, domain, _ in reaches():
        if own in DOMAINS:
            arrows[own].add(domain)
    while free := [name for name, towards in arrows.items() if not towards & arrows.keys()]:
        for name in free:
            del arrows[name]
    assert arrows == {}


def test_only_routes_speak_http() -> None:
    # And `identity/browser.py`, which reads and writes cookies for several of them.
    speaking = [
        str(path.relative_to(BACKEND))
        for path, tree in trees(BACKEND)
        if part(path) in DOMAINS and "routes" not in names(tree) and any(map(from_litestar, ast.walk(tree)))
    ]
    assert speaking == ["identity/browser.py"]


def names(tree: ast.Module) -> set[str]:
    """The names that a file gives a value."""
    given = [node.targets[0] for node in tree.body if isinstance(node, ast.Assign)]
    return {target.id for target in given if isinstance(target, ast.Name)}


def from_litestar(node: ast.AST) -> bool:
    return isinstance(node, ast.Import | ast.ImportFrom) and "litestar" in ast.unparse(node)


# --- docstrings ---


def undocumented(path: Path, tree: ast.Module) -> Iterator[str]:
    """The module, functions and classes without a docstring."""
    if not ast.get_docstring(tree):
        yield f"{path.relative_to(ROOT)}"
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef) or node.name[0] == "_":
            continue
        if not ast.get_docstring(node):
            yield f"{path.relative_to(ROOT)}: {node.name}"


@pytest.mark.parametrize("folder", [BACKEND, WORKERS, ROOT / "tests"], ids=lambda folder: folder.name)
def test_every_module_table_and_public_verb_says_what_it_is(folder: Path) -> None:
    missing = [line for path, tree in trees(folder) for line in undocumented(path, tree)]
    assert [line for line in missing if folder.name != "tests" or ": " not in line] == []


# --- workers ---


def registered() -> set[str]:
    """The names of the jobs that workers run when woken."""
    return {job.__name__ for job in WorkerSettings.functions}


def test_every_job_is_registered() -> None:
    files = {path.stem for path in WORKERS.glob("*.py")} - {"__init__", "settings"}
    timed = {job.coroutine.__qualname__ for job in WorkerSettings.cron_jobs}
    assert files == registered() | timed


def test_every_name_that_is_woken_is_a_job() -> None:
    calls = [
        [ast.unparse(node.func), *map(ast.unparse, node.args)]
        for _, tree in trees(BACKEND)
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
    ]
    said = {call[call.index("hints.wake") + 1].strip("'") for call in calls if "hints.wake" in call}
    assert said
    assert said <= registered()


def test_a_killed_worker_s_jobs_come_back_soon_and_nothing_is_kept() -> None:
    assert WorkerSettings.job_timeout <= 10
    assert WorkerSettings.keep_result == 0
    assert str(WorkerSettings.timezone) == "Asia/Shanghai"
    for job in WorkerSettings.cron_jobs:
        assert job.job_id is None, "a cron with a fixed id misfires"
        assert (job.timeout_s or 0) <= 10


# --- the database ---


async def test_migrations_say_what_the_tables_say() -> None:
    from piccolo.apps.migrations.commands.new import AutoMigrationManager

    found = await AutoMigrationManager().get_alter_statements(APP_CONFIG)
    assert [line for each in found for line in each.statements] == []


def test_migrations_are_one_line_in_the_order_of_their_names() -> None:
    files = sorted((BACKEND / "migrations").glob("qiban_*.py"))
    ids = [str(named(path, "ID")) for path in files]
    assert ids == sorted(set(ids))
    assert [re.sub(r"[-:]", "_", f"qiban_{id}").lower() for id in ids] == [path.stem for path in files]


def named(path: Path, name: str) -> Any:
    """The value that a file gives to a name."""
    for node in ast.parse(path.read_text()).body:
        if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == name:
            return ast.literal_eval(node.value)
    raise AssertionError(f"{path.name} has no {name}")


async def test_indexes_that_piccolo_cannot_declare_are_there() -> None:
    wanted = [
        re.match(r"CREATE (?:UNIQUE )?(?:INDEX|SEQUENCE) (\w+)", sql)
        for path in BACKEND.glob("*/tables.py")
        for sql in named_or_annotated(path)
    ]
    names = {found[1] for found in wanted if found}
    rows = await db.rows("SELECT relname FROM pg_class WHERE relname = ANY($1::text[])", sorted(names))
    assert names
    assert {row["relname"] for row in rows} == names


def named_or_annotated(path: Path) -> list[str]:
    for node in ast.parse(path.read_text()).body:
        if (
            isinstance(node, ast.AnnAssign | ast.Assign)
            and "RAW_CONSTRAINTS" in ast.unparse(node).split("=")[0]
        ):
            return list(ast.literal_eval(node.value)) if node.value else []
    return []


THERE_AND_BACK = """
import asyncio
from piccolo.apps.migrations.commands.backwards import run_backwards
from piccolo.apps.migrations.commands.forwards import run_forwards
async def there_and_back():
    assert (await run_forwards("qiban", "all")).success
    assert (await run_backwards("qiban", "all", auto_agree=True)).success
    print("LEFT", *[row["relname"] for row in await rows()])
    assert (await run_forwards("qiban", "all")).success
async def rows():
    from backend import db
    sql = "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'S')"
    return await db.engine()._run_in_new_connection(sql)
asyncio.run(there_and_back())
"""


async def test_migrations_run_forwards_backwards_and_forwards_again(database: str) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    connection = await asyncpg.connect(database)
    try:
        await connection.execute(f'CREATE DATABASE "{name}"')
        there = {**os.environ, "DATABASE_URL": f"{database.rpartition('/')[0]}/{name}"}
        there["PICCOLO_CONF"] = "backend.piccolo_conf"
        done = await asyncio.create_subprocess_exec(
            sys.executable,
            "-c",
            THERE_AND_BACK,
            env=there,
            cwd=ROOT,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        said, complaint = await done.communicate()
        assert done.returncode == 0, complaint.decode()[-2000:]
        left = re.search(r"^LEFT(.*)$", said.decode(), re.MULTILINE)
        assert left
        assert set(left[1].split()) <= {"migration", "migration_id_seq"}
    finally:
        await connection.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
        await connection.close()


def test_every_column_of_bytes_says_how_it_follows_when_a_key_is_replaced() -> None:
    # A sealed column that `rekey` does not know would be lost with the old key.
    bytes_of = {
        f"{table._meta.tablename}.{column._meta.name}"
        for table in APP_CONFIG.table_classes
        for column in table._meta.columns
        if isinstance(column, Bytea)
    }
    listed = list(keyed.listed())
    assert {str(column) for column in listed} == bytes_of
    ways = {"sealed", "person", "brief", "keyless"}
    for column in listed:
        beside = f"{column.table}.{column.how.removeprefix('of ')}"
        assert column.how in ways or beside in bytes_of, column


# --- templates ---

INLINE = {
    "a style attribute": re.compile(r"<[^>]*\sstyle\s*="),
    "an event attribute": re.compile(r"<[^>]*\son[a-z]+\s*=", re.IGNORECASE),
    "a style element": re.compile(r"<style\b"),
    "an inline script": re.compile(r"<script(?![^>]*\ssrc=)"),
    "a javascript address": re.compile(r"=\s*[\"']?javascript:", re.IGNORECASE),
    "something from elsewhere": re.compile(r"<(?:script|link|img|iframe|video|source)[^>]*=\s*[\"']?(?:https?:)?//"),
}  # fmt: skip
PAGES = sorted(path for path in TEMPLATES.rglob("*.html"))


def test_every_template_compiles() -> None:
    jinja = environment()
    for path in PAGES:
        jinja.get_template(str(path.relative_to(TEMPLATES)))


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(TEMPLATES)))
def test_a_template_keeps_to_the_content_security_policy(path: Path) -> None:
    text = path.read_text()
    assert [what for what, sign in INLINE.items() if sign.search(text)] == []


KINDS = sorted(path.stem for path in (TEMPLATES / "notices").glob("*.txt"))
FACTS = (
    '{"number": "100000017", "item": "身份证换领", "hall": "启东市政务服务中心", "address": "世纪大道 1 号",'
    ' "floor": "2 楼", "line": "公安", "starts_at": "2026-11-25T02:00:00Z", "ends_at": "2026-11-25T02:30:00Z",'
    ' "until_at": "2026-11-24T02:10:00Z", "new_at": "2026-11-26T02:00:00Z", "new_place": "2 楼公安",'
    ' "span": "11 月 25 日（周三）下午", "deed": "停办", "reason": "管道检修", "phone": "0513-83000000",'
    ' "left": 1, "days": 30, "times": 3, "why": "人来了",'
    ' "penalty": true, "lifted": true, "counter": 3, "before": 2,'
    ' "called_at": "2026-11-25T02:00:00Z", "decision": "granted", "way": "mail", "channel": "1", "agent": "陈代办",'
    ' "department": "市卫生健康委员会", "verify_at": "2026-12-21T09:00:00Z"}'
)


@pytest.mark.parametrize("kind", KINDS)
def test_a_notice_has_a_title_that_fits_and_a_body(kind: str) -> None:
    title, body = texts.render(kind, FACTS)
    assert 0 < len(title) <= 40
    assert body
    assert "{" not in title + body


def test_every_kind_of_notice_that_is_told_has_a_text() -> None:
    said = {
        node.value
        for path, tree in trees(BACKEND)
        if part(path) in DOMAINS
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant)
        and re.fullmatch(
            r"(appointment|waiting|trial|ticket|case|visit)-[a-z]+|handoff-(ring|callback|overdue)",
            str(node.value),
        )
    }
    assert said == set(KINDS)
