"""The record signed on the applicant's own phone: by a real service on loopback, with real certificates."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from backend import cases, db, esign
from backend.esign import provider
from backend.handoff import conclude, sign
from backend.refusal import Refusal
from backend.settings import settings
from tests.esign.conftest import use
from tests.esign.service import Service, serving
from tests.handoff.meeting import Meeting, meeting
from tests.handoff.test_redirect import passed_on


@pytest.fixture(autouse=True)
def afterwards(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """A busy machine is no service that is away; and afterwards the settings are those of the test run again."""
    monkeypatch.setattr(provider, "WHOLE", 30.0)
    yield
    monkeypatch.undo()
    settings.cache_clear()


@pytest.fixture
async def service(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> AsyncIterator[Service]:
    async with serving() as found:
        use(monkeypatch, found, tmp_path)
        yield found


async def asked() -> Meeting:
    at = await meeting()
    await at.known()
    await at.stated()
    shown = (await at.steps(at.desk))["hash"]
    await esign.look(await sign.ask_to_sign(at.handoff, shown, at.desk))
    return at


async def look_again(at: Meeting) -> str:
    await db.rows("UPDATE signing_request SET next_at = asked_at WHERE state = 'waiting'")
    [row] = await db.rows("SELECT id FROM signing_request WHERE about = $1", at.handoff)
    await esign.look(row["id"])
    [row] = await db.rows("SELECT state FROM signing_request WHERE about = $1", at.handoff)
    return str(row["state"])


async def test_what_the_applicant_signs_on_their_phone_is_the_record_s(service: Service) -> None:
    at = await asked()
    assert (await at.steps(at.desk))["asked"]["address"]
    service.sign(service.asked[-1]["id"])
    assert await look_again(at) == "signed"
    sat = (await at.steps(at.desk))["sat"]
    assert sat["record_way"] == "certified"
    certificate = sign.certificate_of(sat)
    assert certificate
    assert (certificate.signer, certificate.hash) == ("李四喜", sat["record_hash"])


async def test_what_changed_meanwhile_and_what_is_over_is_not_signed(service: Service) -> None:
    at = await asked()
    await cases.add_paper(at.case, at.desk, "结婚证", 1, 0)
    service.sign(service.asked[-1]["id"])
    assert await look_again(at) == "failed"
    steps = await at.steps(at.desk)
    assert (steps["sat"]["record_way"], steps["asked"]["said"]) == ("", "文件的内容变了")


async def test_a_session_that_is_over_waits_for_no_signature(service: Service) -> None:
    at = await asked()
    await conclude.conclude(at.handoff, "advice", at.officer)
    [row] = await db.rows("SELECT state FROM signing_request")
    assert row["state"] == "cancelled"
    with pytest.raises(Refusal, match="已经结束"):
        await sign.ask_to_sign(at.handoff, "0" * 64, at.desk)


async def test_who_signs_on_the_screen_after_all_is_asked_no_more(service: Service) -> None:
    at = await asked()
    await sign.sign_otherwise(at.handoff, at.desk)
    [row] = await db.rows("SELECT state FROM signing_request")
    assert row["state"] == "cancelled"
    await sign.sign(at.handoff, (await at.steps(at.desk))["hash"], b"", at.desk)


async def test_who_comes_after_another_department_s_waits_for_no_signature_of_theirs(
    service: Service,
) -> None:
    await passed_on(await asked())
    [row] = await db.rows("SELECT state FROM signing_request")
    assert row["state"] == "cancelled"


async def test_what_was_signed_by_a_certificate_before_others_is_proved_by_it_still(service: Service) -> None:
    at = await asked()
    service.sign(service.asked[-1]["id"])
    assert await look_again(at) == "signed"
    [signed] = await sign.open_record(at.handoff, (await passed_on(at)).officer)
    certificate = sign.certificate_of(signed)
    assert certificate
    assert (certificate.signer, certificate.hash) == ("李四喜", signed["record_hash"])
