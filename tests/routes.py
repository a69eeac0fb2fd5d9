"""Every route, with what its address and its form need. A route that is missing here fails `test_access.py`.

Words in braces are filled in from the world (`tests/world.py`).
"""

from typing import Any

import msgspec
from litestar.handlers import HTTPRouteHandler

from tests import world

BOOK = {"item": "{item}", "slot": "{slot}", "person": "{person}", "hall": "{hall}", "day": "{day}"}
PERSON = {
    "relation": "family", "name": "王建国", "id_type": "resident", "id_number": "320681190001010039",
    "priority_class": "", "elder": "yes", "voice": "yes",
    "agreed": "yes", "until": "2027-11-23",
}  # fmt: skip
TEMPLATE = {
    "line": "{line}", "weekday": "4", "starts": "10:00", "ends": "11:00", "slot_minutes": "30", "counters": "2",
    "minutes_per_matter": "15", "online_percent": "60",
}  # fmt: skip
EXCEPTION = {
    "line": "{line}", "whole": "yes", "day": "{day}", "until": "{day}", "lines": "{line}", "starts": "10:30",
    "ends": "11:00", "counters": "0", "reason": "管道检修",
}  # fmt: skip
CLOSING = {
    "closing": "7d3b8c1e-0f56-4c1a-9d0e-3a1f6f1f2a10", "hall": "{hall}", "line": "{line}", "day": "{day}",
    "part": "times", "starts": "10:00", "ends": "11:00", "counters": "0", "reason": "供电检修",
}  # fmt: skip
ITEM = {
    "seen": "1", "conditions": "本市居民", "steps": "带材料到窗口", "promised_days": "3", "visits": "1",
    "visit_reason": "要当面核对", "window": "yes", "online": "yes", "mail": "yes", "kiosk": "yes", "doorstep": "yes",
    "shanghai": "", "online_depth": "3", "bookable": "yes", "assisted": "yes", "delivery": "yes", "charged": "yes",
    "commitment": "yes",
    "fee": "每证 20 元", "consult_phone": "0513-83000001", "complaint_phone": "12345",
    "questions": "能代办吗\n能", "words": "身份证到期、换身份证",
}  # fmt: skip
MATERIAL = {
    "seen": "0", "rule": "要在有效期内", "condition": "改过姓名的", "copies": "2", "deferrable": "yes",
    "defer_days": "5", "defer_how": "网上上传",
}  # fmt: skip
HOURS = {"seen": "1", **{f"d{day}": "9:00–12:00" for day in range(1, 8)}}
POLICY = {
    "name": "一般事项", "to_confirm": "yes", "seen": "{policy_seen}", "notice_minutes": "60",
    "window_working_days": "8", "active_per_person": "4", "month_per_person": "7", "account_factor": "2",
    "cancel_until_minutes": "45", "grace_minutes": "20", "no_shows": "2", "no_show_days": "80", "pause_days": "20",
    "frozen_minutes": "25", "offer_minutes": "12",
}  # fmt: skip
COPY = {"line": "{line}", "what": "3", "days": "4", "lines": "{line}", "seen": ""}
NEXT_WEEK = {"line": "{line}", "day": "2026-12-02", "to": "2026-12-09"}
ROLES = {"role": "guide", "place": "hall:{hall}"}
SCREEN = {"name": "南门取号机 2", "printer": "192.168.1.50:9100", "paper": "58"}
PUSH = {
    "endpoint": "https://fcm.googleapis.com/fcm/send/nobody", "p256dh": world.POINT, "auth": "A" * 22, "key": "1",
}  # fmt: skip
SHOOTS = {"page": "3f0e1c52-8f4c-4d1b-9a57-0d1f2a7c9b10", "over": ""}
CALL = {
    "phone": "10000007009", "person": "", "relation": "self", "name": "王建国", "id_type": "resident",
    "id_number": "320681190001010039", "item": "{item}", "hall": "{hall}", "day": "{day}", "slot": "{slot}",
    "note": "要轮椅", "agreed": "yes",
}  # fmt: skip

WALK_IN = {
    "party": "5f9d6c1e-0f56-4c1a-9d0e-3a1f6f1f2a11", "matter": "{item}", "line": "", "id_type": "resident",
    "id_number": "320681190001010039", "priority": "elder",
}  # fmt: skip
QUEUE = {
    "booking_credit_minutes": "45", "early_minutes": "30", "late_minutes": "15", "stop_minutes": "30",
    "live_per_person": "3", "day_per_person": "6", "account_factor": "3", "rings": "3", "ring_seconds": "20",
    "return_minutes": "30", "return_behind": "3", "step_back_most": "5", "ahead": "3", "undo_seconds": "10",
    "idle_seconds": "30", "anonymous_seconds": "20", "code_minutes": "10", "kiosk_identity": "yes",
    "classes": "elder", "minutes": "45", "any_lines": "A", "seen": "{rules_seen}",
}  # fmt: skip
DOOR = {"village": "{village}", "reason": "alone", "address": "3 组 12 号", "note": "上午在家"}
PAPERS = {"name": "身份证", "originals": "1", "copies": "0"}
APPROVED = {"reason": "现场情况复杂", "document": "启市监〔2026〕12 号", "approver": "王局"}
HAND = {"ticket": "{in_hand}"}
PDF = b"%PDF-1.7\n%%EOF\n"


class Case(msgspec.Struct, frozen=True):
    """One route. `answer` is what those get for whom it is."""

    method: str
    path: str
    form: dict[str, str] = {}
    answer: int = 200
    query: str = ""
    sheet: str = ""  # the field of a file that the form has
    of: str = ""  # another row of the world than the one the address names, such as one in another state

    def __str__(self) -> str:
        return f"{self.method} {self.path}"

    def address(self, ids: dict[str, str]) -> str:
        """The path with ids, and the query that it needs."""
        swapped = {**ids, self.row: ids[self.of]} if self.of else ids
        return (self.path + self.query).format_map(swapped)

    def filled(self, ids: dict[str, str]) -> dict[str, str]:
        """The form with ids."""
        return {name: value.format_map(ids) for name, value in self.form.items()}

    def sent(self, ids: dict[str, str]) -> dict[str, Any]:
        """What a browser sends: nothing for a page, a form, a form with a file."""
        if self.method != "POST":
            return {}
        file = {self.sheet: ("photo.pdf", PDF, "application/pdf")} if self.sheet else None
        return {"data": self.filled(ids), "files": file}

    @property
    def citywide(self) -> bool:
        """Only for whose role holds in the whole city."""
        policies = self.method == "POST" and self.path.startswith("/console/polic")
        skills = self.method == "POST" and self.path.startswith("/console/handoffs/skills")
        return policies or skills or self.path.startswith("/console/messages")

    @property
    def row(self) -> str:
        """The name of the row that the address is about; empty when it is about none."""
        return self.path.partition("{")[2].partition("}")[0]


def page(path: str, query: str = "", answer: int = 200, of: str = "") -> Case:
    """Something to look at."""
    return Case("GET", path, query=query, answer=answer, of=of)


def deed(path: str, form: dict[str, str] | None = None, answer: int = 303, of: str = "") -> Case:
    """Something that changes a row."""
    return Case("POST", path, form or {}, answer, of=of)


CHECKED = {
    "place": "3 号窗口", "camera": "ok", "microphone": "silent", "speaker": "ok", "screen": "ok", "udp": "failed",
    "tcp": "ok", "tls": "unset", "certificate": "local", "bandwidth": "slow", "down": "9000", "up": "900", "rtt": "20",
}  # fmt: skip
CASES = [
    page("/"),
    page("/me"),
    page("/tickets"),
    page("/doorstep"),
    page("/shanghai"),
    page("/healthz"),
    page("/readyz", answer=503),  # no worker runs in a test
    page("/metrics"),
    page("/live"),
    page("/sw.js"),
    page("/app.webmanifest"),
    page("/robots.txt"),
    page("/offline"),
    page("/items", "?q=身份证"),
    page("/items/found", "?q=身份证"),
    page("/items/{item}"),
    page("/items/{item}/offline"),
    page("/session/new"),
    page("/session", answer=303),
    page("/codes", answer=303),
    page("/privacy"),
    page("/console/session/new"),
    page("/notices/unread"),
    page("/{path}", answer=404),
    page("/appointments"),
    page("/appointments/new", "?item={item}"),
    page("/appointments/choice", "?item={item}&hall={hall}&day={day}&slot={slot}", 303),
    page("/appointments/month", "?item={item}"),
    deed("/codes", {"phone": "10000000004", "next": "/people"}, 200),
    deed(
        "/session", {"phone": world.NEWCOMER, "code": "{code}", "tail": "", "afresh": "", "next": "/people"}
    ),
    deed("/session/closure"),
    deed("/preferences", {"elder": "1", "theme": "dark", "keys": "1", "back": "/items"}),
    deed(
        "/console/session", {"username": "manager-town", "password": world.PASSWORD, "next": "/console/week"}
    ),
    page("/console/session", answer=303),
    page("/console/session/code", answer=303),
    deed("/console/session/code", {"step": "{step}", "code": "{recovery}", "next": "/console/week"}),
    deed("/console/session/closure"),
    page("/waiting/new", "?item={item}&hall={hall}&day={day}"),
    deed("/waiting", {"item": "{item}", "hall": "{hall}", "person": "{person}", "days": "{full_day}"}),
    page("/waiting/{waiting}"),
    page("/waiting/{waiting}/state"),
    page("/waiting/{waiting}/way"),
    deed("/waiting/{waiting}/claim"),
    deed("/waiting/{waiting}/departure"),
    page("/appointments/{appointment}"),
    page("/appointments/{appointment}/paper"),
    page("/appointments/{appointment}/offline"),
    page("/appointments/{appointment}/materials"),
    page("/appointments/{appointment}/calendar.ics"),
    page("/appointments/{appointment}/move"),
    page("/appointments/{appointment}/links"),
    deed("/appointments/{appointment}/links", {"token": "a-token-that-a-page-made"}, 200),
    deed("/appointments/{appointment}/links/{link}/withdrawal"),
    page("/v/{token}"),
    page("/v/{token}/calendar.ics"),
    deed("/appointments", BOOK),
    deed("/appointments/{appointment}/confirmation"),
    deed("/appointments/{appointment}/acceptance", of="moved_out"),
    deed("/appointments/{appointment}/move", {name: BOOK[name] for name in ("slot", "hall", "day")}),
    deed("/appointments/{appointment}/cancellation", {"why": "改天再来"}),
    page("/notices"),
    page("/console/messages"),
    page("/console/messages/list", "?lost=yes"),
    page("/notices/list"),
    deed("/notices/reading"),
    deed("/notices/{notice}/reading"),
    page("/notices/preferences"),
    deed("/notices/preferences", {"push": "booking", "sms": "booking"}),
    deed("/notices/trials"),
    page("/notices/trials/{trial}"),
    page("/notices/trials/{trial}/channels"),
    page("/pushes/current"),
    page("/pushes"),
    deed("/pushes", PUSH, 201),
    deed("/pushes/{device}/closure"),
    deed("/dispatches/{dispatch}/showing", answer=204),
    deed("/dispatches/{dispatch}/opening", answer=204),
    page("/people"),
    page("/people/new"),
    page("/people/{person}"),
    deed("/people", {**PERSON, "next": "/appointments"}),
    deed("/people/{person}", PERSON),
    deed("/people/{person}/removal"),
    page("/sessions"),
    deed("/sessions/closure"),
    deed("/sessions/{session}/closure"),
    page("/oidc/new", answer=404),  # no issuer is named in a test
    page("/oidc/return", "?state=x&code=y", answer=404),
    page("/identities"),
    page("/identities/new", answer=404),
    page("/identities/return", answer=409),
    deed("/identities", {"token": "{came_back}"}),
    deed("/identities/{identity}/removal"),
    deed("/privacy/acknowledgement", {"next": "/items"}),
    page("/confirmation", "?next=/data"),
    deed("/confirmation/codes", {"next": "/data"}, 200),
    deed("/confirmation", {"code": "{own_code}", "next": "/data"}),
    page("/data"),
    deed("/data/copies", answer=200),
    page("/data/erasure"),
    page("/data/erasure/last"),
    deed("/data/erasure", {"tail": world.OWNER[-4:], "sure": "yes"}),
    page("/erased"),
    page("/console", answer=303),
    page("/console/appointments"),
    page("/console/week"),
    deed("/console/appointments/search", {"hall": "{hall}", "day": "{day}", "q": "张三丰"}, 200),
    page("/console/appointments/list"),
    page("/console/appointments/{booking}"),
    deed("/console/appointments/{booking}/arrival", {"proved": "yes", "why": "", "back": "day"}),
    deed("/console/appointments/{booking}/absence"),
    deed("/console/appointments/{booking}/notes", {"text": "请到 3 号窗口"}),
    deed("/console/appointments/{booking}/phone", {"reason": "通知换窗口"}, 200),
    page("/appointments/pauses/{pause}"),
    deed("/appointments/pauses/{pause}/appeal", {"text": "那天其实来过"}),
    deed("/no-shows/{missed}/appeal", {"said": "那天来过，三号窗口办的"}),
    page("/console/pauses"),
    page("/console/pauses/{paused}"),
    page("/console/appeals/{appeal}"),
    deed("/console/pauses/{paused}/lifting", {"why": "情况属实"}),
    deed("/console/appeals/{appeal}/answer", {"outcome": "granted", "why": "查到了取号记录"}),
    deed("/console/marks/{mark}/withdrawal", {"undo_why": "标错人了"}),
    page("/console/calls/new", "?q=身份证"),
    deed("/console/calls/search", {**CALL, "pick": "{day}"}, 200),
    deed("/console/calls/bookings/search", {"q": "{number}"}, 200),
    deed("/console/calls", CALL),
    page("/console/calls/{call}"),
    page("/console/calls/{call}/move"),
    deed(
        "/console/calls/{call}/move",
        {"slot": "{slot}", "hall": "{hall}", "day": "{day}", "why": "来电要求"},
    ),
    deed("/console/calls/{call}/cancellation", {"why": "来电要求"}),
    deed("/console/calls/{call}/acceptance", of="moved_out"),
    page("/console/counter", "?n=1&hall={hall}"),
    page("/console/counter/state"),
    page("/cases", answer=303),
    page("/matters"),
    page("/matters/{thing}"),
    page("/cases/{own_case}"),
    page("/cases/lookup"),
    deed("/cases/{own_case}/supplements", {"gap": "{own_gap}", "said": "明天送来"}, of="own_correcting"),
    deed("/cases/{own_case}/withdrawal", {"why": ""}),
    deed("/cases/{own_case}/questions", {"asking": "还要多久？"}),
    deed("/console/cases/{case}/replies", {"question": "{question}", "reply": "后天办好"}, of="case_asked"),
    deed("/cases/{own_case}/way", {"way": "counter", "address": "", "agreed": ""}),
    deed("/cases/{own_case}/arrival", of="own_mailed"),
    deed("/console/cases/{case}/way", {"way": "counter", "address": "", "agreed": ""}),
    deed(
        "/console/cases/{case}/mail",
        {"courier": "邮政 EMS", "mail_no": "EA123456789CN"},
        of="case_mailable",
    ),
    deed(
        "/console/cases/{case}/arrival",
        {"receiver": "李四喜", "signer": "self", "checked": "yes", "confirmed": ""},
        of="case_mailed",
    ),
    deed("/console/cases/{case}/result-arrival", of="desk_finished"),
    deed("/console/cases/{case}/bounce", {"back": "无人签收", "then": "again"}, of="case_mailed"),
    Case("GET", "/cases/{own_case}/documents/{document}", of="own_accepted"),
    Case("GET", "/console/cases/{case}/documents/{document}", of="case_accepted"),
    deed("/console/cases/{case}/documents/{document}/copies", answer=200, of="case_accepted"),
    deed("/console/cases/{case}/copy-sheet", answer=200),
    deed("/cases/lookups", {"number": "{case_number}", "code": "{case_password}"}, 200),
    page("/console/cases", "?group=over"),
    page("/console/cases/arrivals"),
    deed("/console/cases/search", {"q": "张三丰", "page": "1"}, 200),
    page("/console/cases/new", "?item={item}"),
    page("/console/cases/new", "?q=身份证"),
    deed(
        "/console/cases",
        {
            "token": "a-token-that-a-page-made",
            "item": "{item}",
            "ticket": "",
            "hall": "{hall}",
            "phone": "10000001234",
            "relation": "self",
            "agreed": "",
            "name": "王五妹",
            "id_type": "resident",
            "id_number": "320681190001015008",
            "organisation": "",
            "uscc": "",
            "external": "",
            "note": "",
        },
    ),
    Case("POST", "/cases/{own_case}/papers", {"name": "健康证明"}, 303, sheet="files"),
    page("/cases/{own_case}/papers/{own_paper}"),
    deed("/cases/{own_case}/papers/{own_paper}/removal"),
    Case("POST", "/console/cases/{case}/papers", {"name": "健康证明"}, 303, sheet="files"),
    deed("/console/cases/{case}/piles", {"name": "户口簿", "originals": "1", "copies": "2"}),
    deed("/console/cases/{case}/papers/{paper}/openings", answer=200),
    deed("/console/cases/{case}/papers/{paper}/removal", {"removed_why": "收错了，当场还给本人"}),
    page("/console/cases/{case}"),
    page("/console/cases/{case}/since"),
    page("/console/cases/{case}/receipt"),
    deed("/console/cases/{case}/acceptance"),
    deed(
        "/console/cases/{case}/tolerance",
        {"lacking": "{lagging}", "ways": "{lagging} window", "until": "2026-11-25", "promised": "yes"},
    ),
    deed("/console/cases/{case}/commitment", {"text": "我承诺符合条件", "signed": "yes"}),
    deed(
        "/console/cases/{case}/verification",
        {"outcome": "mending", "note": "缺一台", "mend_on": "2026-12-04"},
        of="case_committed",
    ),
    deed("/console/cases/{case}/transfer", {"to": "{department_code}", "cause": "不归我们管"}),
    deed("/console/cases/{case}/renumbering", {"external": "SJ-2026-7"}),
    deed("/console/cases/{case}/correction", {"what": "健康证明", "how": "补交原件"}),
    deed("/console/cases/{case}/fillings", {"gaps": "{gap}"}, of="case_correcting"),
    deed(
        "/console/cases/{case}/stops",
        {**APPROVED, "procedure": "testing", "expected": "10"},
        of="case_accepted",
    ),
    deed("/console/cases/{case}/resumption", of="case_stopped"),
    deed("/console/cases/{case}/extension", {**APPROVED, "days": "3"}, of="case_accepted"),
    deed("/console/cases/{case}/decision", {"decision": "granted", "why": ""}, of="case_accepted"),
    deed("/console/cases/{case}/completion", of="case_decided"),
    deed("/console/cases/{case}/delivery", {"way": "counter", "receiver": "张三丰"}, of="case_finished"),
    deed("/console/cases/{case}/filing", of="case_delivered"),
    Case(
        "POST", "/console/cases/{case}/results", {"title": "许可证"}, 303, of="case_decided", sheet="sheets"
    ),
    deed("/console/cases/{case}/results/{result}/openings", answer=200, of="case_finished"),
    deed("/console/cases/{case}/results/{result}/removal", of="case_finished"),
    deed("/cases/{own_case}/results/{own_result}/openings", answer=200, of="own_mailed"),
    deed(
        "/cases/lookups/results",
        {"number": "{result_number}", "code": "{result_password}", "result": "{result}"},
        200,
    ),
    deed("/console/cases/{case}/declination", {"why": "不是本部门的事"}),
    deed("/console/cases/{case}/withdrawal", {"why": "不办了"}),
    deed("/console/cases/{case}/termination", {"why": "主体注销"}, of="case_accepted"),
    deed("/console/cases/{case}/return", {"why": "收错了"}),
    page("/console/cases/{case}/originals"),
    deed(
        "/console/cases/{case}/originals",
        {
            "token": "a-token-that-a-page-made",
            "line": "{original}@hall:{hall}",
            "count": "1",
            "to": "applicant",
            "seal": "F0001",
            "receiver": "",
            "signature": "",
            "on_paper": "",
            "note": "",
        },
    ),
    deed("/console/cases/{case}/originals/notice"),
    page("/console/parcels", "?group=over"),
    page("/console/parcels/{parcel}"),
    page("/console/parcels/{parcel}/slip"),
    deed("/console/parcels/{parcel}/dispatch", {"tracking": "EA123456789CN"}),
    deed("/console/parcels/{parcel}/opening"),
    deed(
        "/console/parcels/{parcel}/receipt",
        {"paper": "{coming_original}", "arrived": "1", "damaged": "0", "intact": "yes", "note": ""},
        of="parcel_coming",
    ),
    deed("/console/parcels/{parcel}/refusal", {"why": "不是寄给我们的"}, of="parcel_coming"),
    deed("/console/parcels/{parcel}/loss", {"why": "快递公司说丢了"}, of="parcel_coming"),
    deed("/console/parcels/{parcel}/finding", {"why": "落在打包台上"}, of="parcel_short"),
    deed("/console/parcels/{parcel}/settlement", {"why": "申请人同意照用"}, of="parcel_damaged"),
    deed("/console/parcels/{parcel}/delivery", {"receiver": "李四"}, of="parcel_mailed"),
    deed("/cases/{own_case}/parcels/{own_parcel}/receipt"),
    page("/visits"),
    page("/visits/new", "?item={item}"),
    deed(
        "/visits",
        {**DOOR, "token": "a-token-that-a-page-made", "item": "{item}", "person": "{person}", "phone": ""},
    ),
    deed("/console/visit-news/readings", {"news": "{visit_news}"}),
    page("/visits/{own_visit}"),
    deed("/visits/{own_visit}/withdrawal", {"why": "好了，自己去"}),
    deed("/visits/{own_visit}/rating", {"level": "5", "words": "很耐心"}, of="own_done"),
    deed("/visits/{own_visit}/revocation", {"why": "不用了"}, of="own_done"),
    page("/console/crossregion", "?q=身份证"),
    page("/console/crossregion/waiting"),
    page("/console/crossregion/items/{item}", "?applicant=self"),
    page("/console/crossregion/items/{item}/new", "?applicant=self"),
    page("/console/crossregion/bundles/{bundle}", "?applicant=self"),
    deed(
        "/console/crossregion/bundles/{bundle}/cases",
        {
            "token": "a-token-for-several",
            "hall": "{hall}",
            "identified": "yes",
            "ticket": "",
            "applicant": "self",
            "phone": "10000001236",
            "relation": "self",
            "name": "王七妹",
            "id_type": "resident",
            "id_number": "320681190001016019",
            "agreed": "",
            "organisation": "",
            "uscc": "",
            "external": "",
            "note": "",
            "holds": "",
            "items": "{item}",
        },
    ),
    page("/console/crossregion/cases/{case}/mandate", of="entrusted"),
    deed(
        "/console/crossregion/cases/{case}/mandate",
        {"proxy": "孙八妹", "powers": "submit", "until": "2026-12-20"},
        of="entrusted",
    ),
    page("/console/crossregion/cases/{case}/intake", of="entrusted"),
    deed("/console/crossregion/cases/{case}/consent/openings", answer=200, of="bundled_signed"),
    page("/console/crossregion/cases/{case}/handoffs/new", of="desk_case"),
    page("/console/crossregion/cases/{case}/handoffs/last", of="desk_case"),
    deed("/console/crossregion/cases/{case}/handoffs", of="desk_case"),
    page("/console/handoffs"),
    page("/console/handoffs/calls"),
    page("/console/handoffs/duty/state"),
    page("/console/handoffs/ring"),
    deed("/console/handoffs/duty"),
    deed("/console/handoffs/absence"),
    page("/console/handoffs/self-check"),
    deed("/console/handoffs/self-check/results", CHECKED),
    page("/console/handoffs/self-check/relay"),
    page("/console/handoffs/self-check/payload"),
    deed("/console/handoffs/self-check/payload", answer=200),
    page("/console/handoffs/self-checks"),
    page("/console/handoffs/{handoff}"),
    page("/console/handoffs/{handoff}/state"),
    deed("/console/handoffs/{handoff}/acceptance"),
    deed("/console/handoffs/{handoff}/refusal"),
    deed("/console/handoffs/{handoff}/delay", {"minutes": "3"}),
    deed("/console/handoffs/{handoff}/passing", {"colleague": "{other_officer}"}),
    deed("/console/handoffs/{handoff}/papers"),
    page("/console/handoffs/{handoff}/redirection/new"),
    # The officers of a hall do not decide what was taken in far away: its department alone sends it on (test_redirect).
    deed(
        "/console/handoffs/{handoff}/redirection",
        {"to": "{department_code}", "cause": "不归我们管"},
        answer=404,
    ),
    deed("/console/handoffs/{handoff}/cancellation"),
    deed("/console/handoffs/{handoff}/settlement"),
    page("/console/handoffs/{handoff}/case"),
    deed("/console/handoffs/{handoff}/guests", answer=200, of="meeting"),
    page("/console/handoffs/call-backs"),
    page("/console/handoffs/given-up"),
    page("/console/handoffs/running"),
    deed(
        "/console/handoffs/{handoff}/call-back",
        {"officer": "{caller}", "day": "2026-11-23", "time": "10:40"},
        of="given_up",
    ),
    deed("/console/handoffs/{handoff}/called", answer=404, of="given_up"),
    page("/console/handoffs/skills"),
    deed("/console/handoffs/skills", {"officer": "{caller}", "item": "{item}"}),
    deed("/console/handoffs/skills/removal", {"officer": "{versed}", "item": "{item}"}),
    page("/screens/{seat}"),
    page("/screens/{seat}/state"),
    page("/screens/{seat}/stills/officer", answer=204),
    page("/console/handoffs/{handoff}/words"),
    page("/console/handoffs/{handoff}/reach"),
    page("/console/handoffs/{handoff}/window"),
    page("/console/handoffs/{handoff}/window/state"),
    deed("/console/handoffs/{handoff}/words", {"text": "请把背面也翻过来"}),
    deed("/console/handoffs/{handoff}/way", {"way": "photo"}, answer=409),
    deed("/console/handoffs/{handoff}/review", answer=404),
    deed("/console/handoffs/{handoff}/talk", answer=404),
    deed("/console/handoffs/{handoff}/breaking-off", {"why": "申请人走了"}, answer=409),
    deed("/console/handoffs/{handoff}/stills", answer=409),
    page("/console/handoffs/{handoff}/stills/{end}", answer=409),
    page("/console/handoffs/{handoff}/recording", of="recorded"),
    deed("/console/handoffs/{handoff}/recording", answer=409),  # this matter asks for none
    deed("/console/handoffs/{handoff}/recording/answer", {"says": "yes", "way": "aloud"}, of="to_record"),
    deed("/console/handoffs/{handoff}/recording/withdrawal", of="recorded"),
    deed("/console/handoffs/{handoff}/recording/pause", {"why": "paper", "itself": ""}, of="to_record"),
    deed("/console/handoffs/{handoff}/recording/resumption", {"itself": ""}, of="recorded"),
    page("/console/handoffs/{handoff}/sitting", of="meeting"),
    deed("/console/handoffs/{handoff}/identity", of="greeting"),
    deed("/console/handoffs/{handoff}/identity/cancellation", of="meeting"),
    deed("/console/handoffs/{handoff}/statements", {"code": "{statement}", "answer": "none"}, of="meeting"),
    deed(
        "/console/handoffs/{handoff}/signature",
        {"hash": "{record_hash}", "on_paper": "yes", "signature": ""},
        of="meeting",
    ),
    deed("/console/handoffs/{handoff}/signatures", {"hash": "{record_hash}"}, answer=409, of="meeting"),
    deed("/console/handoffs/{handoff}/signatures/cancellation", of="meeting"),
    deed(
        "/console/handoffs/{handoff}/conclusion",
        {"outcome": "advice", "why": "", "gaps": ""},
        answer=404,
        of="meeting",
    ),
    page("/console/handoffs/{handoff}/record", of="concluded"),
    deed("/console/handoffs/{handoff}/record/openings", answer=200, of="concluded"),
    page("/console/recordings"),
    page("/console/recordings/{handoff}", of="recorded"),
    deed("/console/recordings/{handoff}/openings", {"why": "有人投诉"}, 200, of="recorded"),
    page("/console/recordings/{handoff}/films/{film}", answer=409, of="recorded"),  # nobody opened it before
    deed("/console/recordings/{handoff}/copies", {"why": "法院调取"}, 200, of="recorded"),
    deed("/console/recordings/{handoff}/hold", {"why": "有人投诉"}, of="recorded"),
    deed("/console/recordings/{handoff}/release", of="to_record"),
    page("/console/crossregion/cases/{case}/bundle", of="bundled"),
    page("/console/crossregion/cases/{case}/bundle/cases", of="bundled"),
    page("/console/crossregion/cases/{case}/bundle/since", of="bundled"),
    deed(
        "/console/crossregion/cases/{case}/bundle/consents",
        {"hash": "{bundled_hash}", "signature": "", "on_paper": "yes"},
        of="bundled",
    ),
    Case(
        "POST",
        "/console/crossregion/cases/{case}/bundle/papers",
        {"name": "身份证", "originals": "", "checked": "yes"},
        303,
        sheet="files-0",
        of="bundled",
    ),
    deed(
        "/console/crossregion/cases/{case}/bundle/companions",
        {"token": "a-token-for-more", "item": "{item}"},
        of="bundled",
    ),
    deed("/console/crossregion/cases/{case}/bundle/hand-over", of="bundled_signed"),
    deed(
        "/console/crossregion/cases",
        {
            "token": "another-token-of-a-page",
            "item": "{item}",
            "hall": "{hall}",
            "identified": "yes",
            "applicant": "self",
            "situation": "",
            "phone": "10000001235",
            "relation": "self",
            "name": "王六妹",
            "id_type": "resident",
            "id_number": "320681190001015016",
            "ticket": "",
            "agreed": "",
            "organisation": "",
            "uscc": "",
            "external": "",
            "note": "",
            "holds": "",
        },
    ),
    page("/console/crossregion/figures"),
    page("/console/crossregion/cases/{case}", of="desk_case"),
    deed("/console/crossregion/cases/{case}/exports", of="desk_handed"),
    deed("/console/crossregion/cases/{case}/files", of="desk_handed", answer=200),
    deed(
        "/console/crossregion/cases/{case}/companions",
        {"token": "a-token-for-both", "item": "{item}"},
        of="desk_case",
    ),
    deed(
        "/console/crossregion/cases/{case}/consent",
        {"hash": "{consent_hash}", "signature": "", "on_paper": "yes"},
        of="desk_case",
    ),
    page("/console/crossregion/cases/{case}/consent/state", of="desk_case"),
    # No service is named in a test.
    deed(
        "/console/crossregion/cases/{case}/signatures", {"hash": "{consent_hash}"}, answer=409, of="desk_case"
    ),
    deed("/console/crossregion/cases/{case}/signatures/cancellation", of="desk_case"),
    Case(
        "POST",
        "/console/crossregion/cases/{case}/papers",
        {"name": "身份证", "originals": "", "checked": "yes"},
        303,
        sheet="files-0",
        of="desk_case",
    ),
    deed("/console/crossregion/cases/{case}/hand-over", of="desk_signed"),
    page("/console/crossregion/cases/{case}/here", of="desk_case"),
    deed("/console/crossregion/cases/{case}/checks", {"papers": "{desk_paper}"}, of="desk_case"),
    deed("/console/crossregion/cases/{case}/phones", answer=200, of="desk_case"),
    page("/sheets/{sheet}"),
    Case("POST", "/sheets/{sheet}", {"name": "{sheet_name}"}, 200, sheet="files-0"),
    deed("/sheets/{sheet}/shooting", SHOOTS, 204, of="shooting_sheet"),
    deed("/console/crossregion/cases/{case}/shooting", SHOOTS, 204, of="entrusted"),
    deed("/console/crossregion/askings", {"item": "", "words": "护照换发"}),
    page("/console/visits", "?group=open"),
    page("/console/visits/new", "?item={item}"),
    deed(
        "/console/visits",
        {
            **DOOR,
            "token": "a-token-that-a-page-made",
            "item": "{item}",
            "phone": "10000001234",
            "relation": "self",
            "agreed": "",
            "name": "王五妹",
            "id_type": "resident",
            "id_number": "320681190001015008",
            "asked_by": "phone",
        },
    ),
    page("/console/visits/{visit}"),
    deed("/console/visits/{visit}/taking"),
    deed(
        "/console/visits/{visit}/agreement",
        {"day": "2026-11-25", "time": "16:00", "minutes": "60", "later": ""},
        of="visit_taken",
    ),
    deed("/console/visits/{visit}/reassignment", {"to": "{colleague}", "why": "那天有事"}, of="visit_taken"),
    deed("/console/visits/{visit}/pause", {"why": "住院了"}, of="visit_agreed"),
    deed("/console/visits/{visit}/resumption", of="visit_paused"),
    deed("/console/visits/{visit}/termination", {"why": "不符合条件"}, of="visit_agreed"),
    page("/console/visits/{visit}/mandate", "?powers=submit&until=2026-12-20"),
    deed(
        "/console/visits/{visit}/mandate",
        {
            **PAPERS,
            "powers": "submit",
            "until": "2026-12-23",
            "hash": "{visit_hash}",
            "signature": "",
            "on_paper": "yes",
        },
        of="visit_taken",
    ),
    deed("/console/visits/{visit}/revocation", {"why": "本人说不办了"}, of="visit_signed"),
    page("/console/visits/{visit}/completion"),
    deed(
        "/console/visits/{visit}/completion",
        {
            **PAPERS,
            "record": "5f9d6c1e-0f56-4c1a-9d0e-3a1f6f1f2a17",
            "identity": "card",
            "ticks": "身份证",
            "consent": "yes",
            "note": "",
            "signature": "",
            "on_paper": "yes",
        },
        of="visit_agreed",
    ),
    deed("/console/visits/{visit}/photos/{photo}/openings", of="visit_done", answer=200),
    page("/console/visits/{visit}/documents/{document_name}"),
    deed("/console/visits/{visit}/submission", of="visit_done"),
    deed("/console/visits/{visit}/delivery", of="visit_delivered"),
    deed("/console/visits/{visit}/phone", {"why": "约时间打不通，换人打"}, 200),
    page("/console/return-calls"),
    deed("/console/visits/{visit}/return-call", {"outcome": "content", "note": "都好"}, of="visit_called"),
    page("/console/matters", "?q=身份证&field=item"),
    page("/console/counters"),
    page("/console/counters/{counter}"),
    deed("/console/counters/{counter}/openings", of="shut"),
    deed("/console/counters/{counter}/closures", of="spare"),
    deed("/console/counters/{counter}/pauses", {"reason": "午休", "note": "去食堂"}),
    deed("/console/counters/{counter}/calls"),
    deed("/console/counters/{counter}/rings", HAND, of="at_work"),
    deed("/console/counters/{counter}/misses", HAND, of="at_work"),
    deed("/console/counters/{counter}/starts", HAND, of="at_work"),
    deed("/console/counters/{counter}/holds", HAND, of="at_work"),
    deed("/console/counters/{counter}/swaps", HAND, of="at_work"),
    deed("/console/counters/{counter}/resumptions", {"ticket": "{away}"}),
    deed("/console/counters/{counter}/undoings", {"event": "{event}"}, of="slipped"),
    deed("/console/counters/{counter}/completions", {**HAND, "item": "{item}", "call": "yes"}, of="at_work"),
    deed("/console/counters/{counter}/additions", {**HAND, "matter": "{matter}"}, of="at_work"),
    deed(
        "/console/counters/{counter}/transfers",
        {**HAND, "line": "", "window": "{window}", "why": "办错窗口了"},
        of="at_work",
    ),
    deed("/console/counters/{counter}/skills", {"lines": "{line}", "items": "{item}", "matter": "{matter}"}),
    page("/console/queue-rules"),
    deed("/console/halls/{place}/queue-rules", QUEUE),
    page("/console/hall"),
    page("/console/hall/state"),
    page("/console/hall/new"),
    deed("/console/hall/search", {"hall": "{hall}", "q": "张三丰"}, 200),
    deed("/console/halls/{place}/tickets", WALK_IN),
    page("/console/tickets/{spot}"),
    deed("/console/tickets/{spot}/moves", {"line": "", "window": "{window}", "why": "办错类了"}),
    deed("/console/tickets/{spot}/priority", {"priority": "elder", "seen_why": "看过老年证"}),
    deed("/console/tickets/{spot}/voiding", {"void_why": "打错了"}),
    deed("/console/tickets/{spot}/returns", {"back": "counter"}, of="gone"),
    deed("/console/bookings/{booking}/check-in"),
    page("/console/account"),
    page("/console/phone"),
    deed("/console/phone/codes", {"phone": "10000007010"}, 200),
    page("/console/phone/codes", answer=303),
    deed("/console/phone", {"phone": world.CARRIED, "code": "{phone_code}"}),
    deed("/console/phone/removal"),
    page("/console/totp"),
    page("/console/totp/confirmation", answer=303),
    page("/console/totp/recovery-codes", answer=303),
    deed("/console/totp", {"password": world.PASSWORD}, 200),
    deed("/console/totp/confirmation", {"code": "{totp_code}"}, 200),
    deed("/console/totp/recovery-codes", {"password": world.PASSWORD}, 200),
    page("/console/password"),
    deed("/console/password", {"old": world.PASSWORD, "new": "dawn and sea 2", "again": "dawn and sea 2"}),
    deed("/console/sessions/closure"),
    page("/console/items", "?q=身份证"),
    page("/console/items/{item}"),
    page("/console/materials/{material}"),
    page("/console/hours"),
    deed("/console/items/{item}", ITEM),
    deed("/console/materials/{material}", MATERIAL),
    deed("/console/item-changes/{item_change}/reversal"),
    deed("/console/halls/{place}/hours", HOURS),
    deed("/console/hours-changes/{hours_change}/reversal"),
    page("/console/closings"),
    page("/console/closings/new", "?day={day}&part=afternoon&counters=0&reason=检修"),
    page("/console/closings/{closing}"),
    page("/console/closings/{closing}/progress"),
    deed("/console/closings", CLOSING),
    deed("/console/closings/{closing}/pause"),
    deed("/console/closings/{closing}/resumption", of="stopped"),
    deed("/console/closings/{closing}/withdrawal", of="stopped"),
    deed("/console/closings/{closing}/people/{relocation}/phone", {"why": "停办，打电话另约"}, 200),
    deed("/console/templates", TEMPLATE),
    deed(
        "/console/templates/{template}",
        {**{name: TEMPLATE[name] for name in ("ends", *list(TEMPLATE)[4:])}, "weekdays": "3", "seen": ""},
    ),
    deed("/console/exceptions", EXCEPTION),
    deed(
        "/console/exceptions/{exception}/withdrawal",
        {"hall": "{hall}", "line": "{line}", "day": "{day}", "together": "yes"},
    ),
    page("/console/copies", "?line={line}&what=3&days=4"),
    deed("/console/copies", COPY),
    page("/console/exceptions/copies", "?line={line}&day=2026-12-02"),
    deed("/console/exceptions/copies", NEXT_WEEK),
    deed("/console/changes/{change}/reversal", {"hall": "{hall}", "line": "{line}", "day": "{day}"}),
    page("/console/staff"),
    page("/console/staff/new"),
    page("/console/staff/{member}"),
    deed("/console/staff/search", {"q": "帮手"}, 200),
    deed("/console/staff", {"username": "newcomer", "name": "新同事", **ROLES}, 200),
    deed("/console/staff/{member}/roles", {**ROLES, "seen": "clerk@hall:{hall}"}),
    deed("/console/staff/{member}/password", {"why": "本人到场，忘了密码", "seen": ""}, 200),
    deed("/console/staff/{member}/totp/removal", {"lost_why": "本人到场，手机遗失"}),
    deed("/console/staff/{member}/closure"),
    deed("/console/staff/{member}/reopening", of="leaver"),
    page("/console/deliveries", "?hall={hall}&day=2026-11-23"),
    page("/console/exports", "?hall={hall}"),
    page("/console/halls/{place}/credits"),
    page("/console/numbers", "?hall={hall}"),
    page("/console/numbers/now", "?hall={hall}"),
    page("/console/halls/{place}/numbers"),
    deed("/console/exports", {"hall": "{hall}", "first": "{day}", "last": "{day}"}, 200),
    page("/board", answer=303),
    page("/boards/{hall}"),
    page("/boards/{hall}/now"),
    page("/halls/{hall}"),
    page("/halls/{hall}/now"),
    page("/halls/{hall}/live"),
    page("/tickets/{ticket}"),
    page("/tickets/{ticket}/state"),
    page("/tickets/{ticket}/live"),
    deed("/tickets/{ticket}/postponement", {"places": "1"}),
    deed("/tickets/{ticket}/withdrawal"),
    deed("/tickets/{ticket}/return", of="missed_ticket"),
    page("/tickets/{ticket}/links"),
    deed("/tickets/{ticket}/links", {"token": "a-token-that-a-page-made"}, 200),
    deed("/tickets/{ticket}/links/{ticket_link}/withdrawal"),
    page("/q/{key}"),
    page("/q/{key}/state"),
    page("/q/{key}/live"),
    deed("/q/{key}/postponement", {"places": "1"}),
    deed("/q/{key}/withdrawal"),
    deed("/q/{key}/return", of="missed_key"),
    page("/console/policies"),
    page("/console/policies/{policy}"),
    page(
        "/console/policies/{policy}/effect",
        "?" + "&".join(f"{name}={value}" for name, value in POLICY.items()),
    ),
    deed("/console/policies", {"group": "{free_group}", "name": "另外一组"}),
    deed("/console/policies/{policy}", POLICY),
    deed("/console/policy-changes/{policy_change}/reversal"),
    page("/console/devices"),
    deed(
        "/console/devices",
        {**SCREEN, "hall": "{hall}", "kind": "kiosk", "token": "a-token-that-a-page-made"},
        200,
    ),
    page("/console/devices/{screen}"),
    deed("/console/devices/{screen}", SCREEN),
    deed("/console/devices/{screen}/pairing", {"token": "a-token-that-a-page-made"}, 200),
    deed("/console/devices/{screen}/trial"),
    deed("/console/devices/{screen}/revocation"),
    page("/kiosk"),
    page("/kiosk/card"),
    page("/kiosk/visit"),
    page("/kiosk/items", "?q=hz"),
    page("/kiosk/lines"),
    page("/screens/code"),
    page("/kiosk/plans/{plan}", "?printed=done"),
    deed("/kiosk/search", {"card": "320681190001010020"}),
    deed(
        "/kiosk/tickets",
        {
            "party": "7d3b8c1e-0f56-4c1a-9d0e-3a1f6f1f2a11",
            "item": "{item}",
            "line": "{line}",
            "another": "yes",
        },
    ),
    deed("/kiosk/plans/{plan}/printing"),
    deed("/kiosk/plans/{plan}/voiding"),
    deed("/kiosk/bookings/{coming}/check-in"),
    deed("/kiosk/tickets/{absent}/return"),
    page("/tickets/here", "?hall={hall}&code={hall_code}", 303),
    page("/tickets/new", "?q=身份证"),
    deed(
        "/tickets",
        {
            "person": "{person}",
            "items": "{item}",
            "lines": "{line}",
            "party": "7d3b8c1e-0f56-4c1a-9d0e-3a1f6f1f2a12",
        },
    ),
    page("/appointments/{appointment}/check-in"),
    deed("/appointments/{appointment}/check-in", of="today"),
    page("/pairings/{pairing}"),
    deed("/pairings/{pairing}"),
    page("/visits/phone"),
    page("/phone.webmanifest"),
    page("/sync/today"),
    page("/crossregion/desk"),
    page("/sync/desk"),
    deed("/sync/devices", {"name": "我的手机", "key": world.POINT, "role": "{device_role}"}, 201),
    page("/console/sync-devices"),
    page("/console/sync-devices/{agent_phone}"),
    deed("/console/sync-devices/{agent_phone}/revocation", {"why": "手机丢了"}),
    page("/console/sync-records/{sync_row}"),
    deed("/console/sync-records/{sync_row}/openings", answer=200),
    deed("/console/sync-records/{sync_row}/photos/{shot}/openings", answer=200),
    deed("/console/sync-records/{sync_row}/review", {"decision": "settled", "why": "电话核对过"}),
    page("/console/sync-imports"),
]
# Called by another server, or by an agent's phone, which sign: no form, no visitor. `tests/sms/test_reports.py` and
# `tests/sync/` try them; there also a file is brought, which is no plain form.
SIGNED = {
    ("POST", "/sms/reports/{provider}"),
    ("POST", "/esign/reports/{provider}"),
    ("POST", "/sync/devices/{phone}/contact"),
    ("PUT", "/sync/visits/{record}"),
    ("PUT", "/sync/records/{record}"),
    ("HEAD", "/sync/attachments/{sha256}"),
    ("PATCH", "/sync/attachments/{sha256}"),
}
EITHER = {"/cases/{own_case}/supplements"}  # with files or without: as large as those
# So is a chunk of what is recorded: `tests/web/test_recording_pages.py`.
BROUGHT = {("POST", "/console/sync-imports"), ("POST", "/console/handoffs/{handoff}/recording/chunks")}
# A file comes piece by piece before its form does: `tests/web/test_resumed.py` and `tests/crossregion/test_phone.py`.
PIECES = {
    (method, f"{of}/uploads/{{sha256}}")
    for of in ("", "/console", "/sheets/{sheet}")
    for method in ("HEAD", "PATCH")
}
DEEDS = [case for case in CASES if case.method == "POST"]
PAGES = [case for case in CASES if case.method == "GET"]
FORMS = [case for case in DEEDS if case.form and not case.sheet]
# A search is posted so that no name or number stands in an address; it changes nothing.
LOOKS = [*PAGES, *(case for case in DEEDS if case.path.endswith(("/search", "/payload")))]
# Whose row it is: the account's, the hall's, or everybody's.
OWNED, OF_A_HALL, SHARED = (
    {"appointment", "notice", "person", "session", "waiting", "identity"}
    | {"pause", "missed", "device", "trial", "ticket", "own_case", "own_visit", "thing"},
    {"template", "exception", "change", "material", "item_change", "place", "hours_change", "member"}
    | {"booking", "call", "mark", "paused", "appeal", "policy", "policy_change", "closing"}
    | {"counter", "spot", "screen", "case", "visit", "agent_phone", "sync_row", "parcel", "handoff"},
    {"item", "path", "token", "dispatch", "pairing", "hall", "key", "sheet", "seat", "bundle"},
)
# What only a screen of the hall may see: its guard is device(…).
ON_A_SCREEN = {"plan", "coming", "absent"}
# What the whole city reads: any hall's staff may look, and whose hall leads may change it.
OF_THE_CITY = {"item", "material", "item_change", "policy", "policy_change"}


def handlers() -> dict[tuple[str, str], HTTPRouteHandler]:
    """Every handler of the application by method and path, without the assets and the answers to OPTIONS."""
    from backend.app import create_app

    found: dict[tuple[str, str], Any] = {}
    for route in create_app().routes:
        for method, (handler, _) in getattr(route, "route_handler_map", {}).items():
            if method != "OPTIONS" and not route.path.startswith("/assets"):
                found[method, route.path_format] = handler
    return found
