"""The applicant takes part from the phone in their own hand: the three see each other, and it ends for all."""

from playwright.sync_api import Browser, expect

from e2e import session
from e2e.conftest import App
from e2e.judge import judge


def test_the_applicant_joins_from_their_own_phone_and_all_three_see_each_other(
    chromium: Browser, app: App
) -> None:
    kind = chromium.browser_type
    with session.end(kind, app, "officer") as (_, officer), session.end(kind, app, "desk") as (_, desk):
        session.meet(officer, desk, app, 32)
        desk.keyboard.press("f")
        expect(desk.locator("#guest svg.qr")).to_be_visible()
        address = app.run("e2e.far", "invite", desk.url.rsplit("/", 1)[1]).strip()
        with session.phone(kind, app, address) as phone:
            expect(phone.locator("#state")).to_contain_text("在线")
            for page in (phone, officer, desk):
                expect(page.locator("video[data-shows=camera]")).to_have_count(2)
            for page in (phone, officer):
                assert session.frames_in(page, 3, least=1) > 0
            expect(officer.locator("figure", has_text="申请人的手机")).to_be_visible()
            assert judge(phone, "屏对屏，申请人的手机") == []
            session.over(officer, desk)
            expect(phone.locator("#state")).to_contain_text("通话结束了")
