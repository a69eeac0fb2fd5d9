"""What is done to a visit, and where: each of these leaves the phone or the server in the state that the fault made."""

import itertools
from collections.abc import Callable

from playwright.sync_api import Route, expect

from e2e.faults import agent, processes
from e2e.faults.world import Run

ABORT = """() => {
  const real = IDBDatabase.prototype.transaction;
  IDBDatabase.prototype.transaction = function (...given) {
    const made = real.apply(this, given);
    if (given[1] === "readwrite" && made.objectStoreNames.contains("records")) {
      IDBDatabase.prototype.transaction = real;
      setTimeout(() => { try { made.abort() } catch {} });
      queueMicrotask(() => { try { made.abort() } catch {} });
    }
    return made;
  };
}"""


def _at(turn: int, deed: Callable[[Route], None], *methods: str) -> Callable[[Route], bool]:
    """Let requests pass, and do this to the one whose turn it is."""
    count = itertools.count(1)

    def met(route: Route) -> bool:
        mine = route.request.method in methods and next(count) == turn
        if mine:
            deed(route)
        return mine

    return met


def killed_while_saving(run: Run) -> None:
    """SIGKILL between the tap and the disk, or just after."""
    run.write()
    agent_done(run)
    run.phone.wait(run.rng.choice([0, 5, 15, 30, 60, 120, 250]))
    run.phone.kill()


def agent_done(run: Run) -> None:
    """Tap, and wait for nothing."""
    run.page.evaluate("document.querySelector('[data-screen=finish] [data-do=done]').click()")


def killed_while_sending(run: Run) -> None:
    """SIGKILL while a piece is on its way."""
    seen: list[str] = []

    def note(route: Route) -> None:
        route.continue_()
        seen.append(route.request.url)

    run.write()
    run.phone.fault = _at(run.rng.randint(1, 4), note, "PUT", "PATCH")
    agent.finish(run.page)
    for _ in range(100):
        if seen:
            break
        run.phone.wait(20)
    run.phone.kill()


def cut_mid_upload(run: Run) -> None:
    """The line breaks: the piece may have arrived or not, the answer never does."""
    arrived = run.rng.random() < 0.5

    def cut(route: Route) -> None:
        if arrived:
            route.fetch()
        run.phone.cuts += 1
        route.abort("connectionreset")

    _upload_with(run, _at(run.rng.randint(1, 4), cut, "PUT", "PATCH"))
    assert run.phone.context
    run.phone.context.set_offline(True)
    run.page.reload()
    agent.on(run.page, "unlock")


def _upload_with(run: Run, fault: Callable[[Route], bool]) -> None:
    run.write()
    run.phone.fault = fault
    agent.finish(run.page)
    run.phone.wait(1_500)


def quota_exceeded(run: Run) -> None:
    """The phone is full, at the photograph or when the visit is done; somebody makes room, and taps again.

    IndexedDB asks how much room there is when the browser starts, and then counts for itself.
    """
    run.phone.close()
    page = run.phone.open()
    page.goto("/offline")
    assert run.phone.context
    devtools, origin = run.phone.context.new_cdp_session(page), run.phone.front.url
    usage = devtools.send("Storage.getUsageAndQuota", {"origin": origin})["usage"]
    bytes_left = run.rng.choice([400_000, 900_000, 1_000_000])
    devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin, "quotaSize": usage + bytes_left})
    told: list[bool] = []

    def room() -> None:
        told.append(True)
        devtools.send("Storage.overrideQuotaForOrigin", {"origin": origin})

    agent.unlock(page)
    run.write(side=800, room=room)
    agent_done(run)
    saved = page.locator("[data-saved]:visible")
    expect(saved.or_(page.locator("[data-said]:visible")).first).to_be_visible()
    if not saved.is_visible():
        expect(page.locator("[data-said]")).to_contain_text("还没有保存")
        room()
        agent.finish(page)
    assert told, "the phone was never full"


def transaction_aborted(run: Run) -> None:
    """IndexedDB gives the transaction up: nobody is told that it was saved."""
    run.write()
    run.page.evaluate(ABORT)
    agent_done(run)
    expect(run.page.locator("[data-said]")).to_contain_text("没有保存成功")
    agent.finish(run.page)


def _refused(status: int) -> Callable[[Run], None]:
    def point(run: Run) -> None:
        def refuse(route: Route) -> None:
            run.phone.cuts += 1
            route.fulfill(status=status, body="no", content_type="text/plain")

        _upload_with(run, _at(run.rng.randint(1, 4), refuse, "PUT", "PATCH", "POST"))

    point.__name__ = f"answered_{status}"
    return point


def server_killed(run: Run) -> None:
    """The server dies after its commit and before its answer."""

    def die(route: Route) -> None:
        route.fetch()
        web = [pid for pid in processes.children(run.app.pid) if "backend web" in processes.command(pid)]
        processes.kill([*web, *(below for pid in web for below in processes.children(pid))])
        run.phone.cuts += 1
        route.abort("connectionreset")

    _upload_with(run, _at(run.rng.randint(1, 4), die, "PUT", "PATCH"))
    for _ in range(300):
        if run.app._ready():
            return
        run.phone.wait(200)


def app_updated(run: Run) -> None:
    """A new version comes while records wait."""
    run.write()
    assert run.phone.context
    run.phone.context.set_offline(True)
    agent.finish(run.page)
    run.phone.front.publish()
    run.phone.context.set_offline(False)
    run.page.reload()
    run.page.evaluate("async () => { await (await navigator.serviceWorker.ready).update() }")
    run.page.reload()
    agent.on(run.page, "unlock")


def two_tabs(run: Run) -> None:
    """Two visits are finished in two tabs at the same moment; both send."""
    assert run.phone.context
    other = run.phone.context.new_page()
    agent.unlock(other)
    run.write(other)
    run.page.bring_to_front()
    run.write()
    for page in (other, run.page):
        page.evaluate("document.querySelector('[data-screen=finish] [data-do=done]').click()")
    for page in (other, run.page):
        agent.on(page, "saved")
    run.phone.wait(500)
    run.phone.cuts += 1  # it may be the one that sends
    other.close()


POINTS: list[Callable[[Run], None]] = [
    killed_while_saving, killed_while_sending, cut_mid_upload, quota_exceeded, transaction_aborted, _refused(401),
    _refused(413), _refused(500), server_killed, app_updated, two_tabs,
]  # fmt: skip
