"""签字: the record as it was shown and nothing else, kept sealed, opened by who holds the case."""

import hashlib

import pytest

from backend import cases, db, secrecy, signature
from backend.handoff import identify, sign, statements
from backend.refusal import Denied, NotFound, Refusal
from tests.handoff.meeting import meeting
from tests.test_files import photo
from tests.visits.town import staff

PNG = signature.PNG + b"drawn"


async def test_the_record_says_who_saw_whom_what_was_said_and_which_papers_were_shown() -> None:
    at = await meeting()
    await cases.add_files(at.case, cases.Asker(staff=at.desk), "身份证", [("1.jpg", photo())])
    await cases.add_paper(at.case, at.desk, "户口簿", 1, 0)
    [page] = [row["sha256"] for row in await cases.papers_of(at.case) if row["sha256"]]
    await at.known()
    await statements.state_it(at.handoff, "own-will", "refused", at.officer)
    text = (await at.steps(at.desk))["text"]
    for part in (
        "李四喜",
        "施办事",
        "孙审批",
        "没有人逼我——不肯说",
        "还没有问",
        page,
        "户口簿（纸质，原件 1 份",
    ):
        assert part in text, part
    assert "证件和坐在面前的本人一致" in text


async def test_only_the_desk_reads_it_before_it_is_signed() -> None:
    at = await meeting()
    await at.known()
    assert (await at.steps(at.officer))["text"] == ""


async def test_what_is_drawn_under_the_text_that_was_shown_is_kept_sealed() -> None:
    at = await meeting()
    shown = await at.signed(PNG)
    [row] = await db.rows("SELECT * FROM handoff_sitting")
    text = secrecy.unseal(row["record_text_sealed"])
    assert row["record_hash"] == shown == hashlib.sha256(text.encode()).hexdigest()
    assert (row["record_way"], "李四喜" in text) == ("drawn", True)
    assert signature.opened(row["record_sealed"]).startswith("data:image/png")
    assert b"drawn" not in row["record_sealed"]
    with pytest.raises(Refusal, match="签过字了"):
        await sign.sign(at.handoff, shown, PNG, at.desk)


async def test_nothing_is_signed_before_both_know_who_signs_and_everything_was_asked() -> None:
    at = await meeting()
    await identify.identify(at.handoff, at.desk)
    for expected in ("先核对身份", "还没有问申请人"):
        shown = (await at.steps(at.desk))["hash"]
        with pytest.raises(Refusal, match=expected):
            await sign.sign(at.handoff, shown, b"", at.desk)
        await identify.identify(at.handoff, at.officer)


@pytest.mark.parametrize("change", ["paper", "statement", "identity"])
async def test_what_changes_after_it_was_shown_has_to_be_read_again(change: str) -> None:
    at = await meeting()
    await at.known()
    await at.stated()
    shown = (await at.steps(at.desk))["hash"]
    if change == "paper":
        await cases.add_paper(at.case, at.desk, "结婚证", 1, 0)
    elif change == "statement":
        await statements.state_it(at.handoff, "true", "refused", at.officer)
    else:
        await db.rows("UPDATE handoff_sitting SET desk_saw_at = desk_saw_at - interval '5 minutes'")
    with pytest.raises(Refusal, match="内容变了，请再看一遍"):
        await sign.sign(at.handoff, shown, PNG, at.desk)
    [row] = await db.rows("SELECT record_way FROM handoff_sitting")
    assert row["record_way"] == ""
    await sign.sign(at.handoff, (await at.steps(at.desk))["hash"], PNG, at.desk)


async def test_the_applicant_signs_at_the_desk_not_at_the_officer_s() -> None:
    at = await meeting()
    await at.known()
    await at.stated()
    shown = (await at.steps(at.desk))["hash"]
    for other in (at.officer, await staff("desk", "hall", "city")):
        with pytest.raises((Denied, NotFound)):
            await sign.sign(at.handoff, shown, PNG, other)


async def test_who_holds_the_case_opens_the_record_later_and_that_is_written_down() -> None:
    at = await meeting()
    with pytest.raises(Refusal, match="还没签"):
        await sign.open_record(at.handoff, at.officer)
    await at.signed()
    for by in (at.desk, at.officer):
        [signed] = await sign.open_record(at.handoff, by)
        assert "李四喜" in sign.text_of(signed)
    looked = await db.rows("SELECT by_staff, why FROM case_event WHERE kind = 'looked' ORDER BY at")
    assert [(row["by_staff"], row["why"]) for row in looked] == [
        (at.desk, "屏对屏办理记录"),
        (at.officer, "屏对屏办理记录"),
    ]
    with pytest.raises((Denied, NotFound)):
        await sign.open_record(at.handoff, await staff("officer", "department", "no-such"))
