"""谁先响: who leads says which officer is rung first for a matter; the officer reads it."""

import re

from playwright.sync_api import Browser, expect

from e2e import steps
from e2e.conftest import App
from e2e.relay import ALLOWED, seen
from e2e.test_cases import _both

MATTER = "无犯罪记录证明"


def test_who_is_rung_first_is_said_read_and_taken_back(chromium: Browser, app: App) -> None:
    with seen(chromium, app, ALLOWED) as opened:
        lead, officer = opened(), opened(360)
        steps.staff(lead, "supervisor")
        lead.goto("/console/handoffs/call-backs")
        lead.get_by_role("link", name=re.compile("^谁先响")).click()
        lead.get_by_label("部门").select_option("公安局")
        lead.get_by_role("button", name=re.compile("^查看")).click()
        expect(lead.locator("main")).to_contain_text("没有定人的，部门里谁空闲最久谁先响")
        lead.get_by_label("哪件事").select_option(MATTER)
        lead.get_by_label("谁先响").select_option("孙审批")
        lead.get_by_role("button", name=re.compile("^定为先响")).click()
        expect(lead.locator("main")).to_contain_text(f"{MATTER}：孙审批先响")
        assert _both(lead, "屏对屏分工") == []
        steps.staff(officer, "officer")
        officer.goto("/console/handoffs")
        officer.get_by_role("link", name=re.compile("^谁先响")).click()
        expect(officer.locator("main")).to_contain_text(f"这些事你先响：{MATTER}")
        expect(officer.get_by_role("button", name=re.compile("^不再先响"))).to_have_count(0)
        assert _both(officer, "屏对屏分工，审批人员") == []
        lead.get_by_role("button", name=re.compile("^不再先响")).click()
        expect(lead.locator("main")).to_contain_text(f"{MATTER}：孙审批不再先响")
