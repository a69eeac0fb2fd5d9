"""What was recorded: seen by few, with a reason; whole or shown as broken; gone after its days, with its key."""

import datetime as dt
import json
import zipfile
from hashlib import sha256
from pathlib import Path
from urllib.parse import urlparse
from uuid import UUID

import pytest

from backend import clock, db, files, handoff, retention
from backend.handoff import recording_copy, recording_keep, recording_list, recording_look
from backend.handoff.recording_chunks import WEBM, folder, place
from backend.handoff.recording_copy import HOW
from backend.refusal import Denied, NotFound, Refusal
from backend.settings import settings
from tests.handoff.recorded import Sitting, agreed, kinds, live, recorded, to_state
from tests.visits.town import staff
from workers.forget import forget as night

DAYS = retention.kept().recordings


async def supervisor(hall: str = "shanghai") -> UUID:
    return await staff("supervisor", "hall", hall)


async def first_file(sitting: Sitting) -> str:
    its = await sitting.its()
    [row, *_] = await db.rows("SELECT * FROM handoff_chunk WHERE recording = $1 ORDER BY seq", its["id"])
    return place(its["id"], 0, row["hash"])


async def days(count: float) -> None:
    await clock.move_to(await clock.now() + dt.timedelta(days=count))


def kept_of(recording: UUID) -> list[Path]:
    place = settings().files_url or settings().data.joinpath("files").resolve().as_uri()
    return [path for path in Path(urlparse(place).path, folder(recording)).glob("*") if path.is_file()]


async def test_it_is_seen_with_a_reason_only_by_who_supervises_and_that_stays() -> None:
    sitting = await recorded()
    by = await supervisor()
    with pytest.raises(Refusal, match="写明理由"):
        await recording_look.film(sitting.handoff, 1, by)
    await recording_look.look(sitting.handoff, "有人投诉", by)
    parts = [
        b"".join([piece async for piece in await recording_look.film(sitting.handoff, n, by)]) for n in (1, 2)
    ]
    assert parts == [WEBM + b"onetwo", WEBM + b"three"]
    [*_, last] = (await recording_list.shown(sitting.handoff, by))["done"]
    assert (last["kind"], last["why"]) == ("rec-opened", "有人投诉")
    with pytest.raises(Refusal, match="写明理由"):
        await recording_look.film(sitting.handoff, 1, await staff("auditor", "hall", "shanghai"))
    await clock.move_to(await clock.now() + dt.timedelta(minutes=31))
    with pytest.raises(Refusal, match="写明理由"):
        await recording_look.film(sitting.handoff, 1, by)


async def test_neither_those_who_were_in_it_nor_another_hall_s_supervisor_see_it() -> None:
    sitting = await recorded()
    with pytest.raises(Denied):
        await recording_look.look(sitting.handoff, "想看", sitting.desk)
    for other in (sitting.officer, await supervisor("huilong")):
        with pytest.raises(NotFound):
            await recording_look.look(sitting.handoff, "想看", other)
        assert await kinds(sitting.handoff) == ["rec-asked", "rec-agreed", "rec-agreed", "rec-begun"]


async def test_a_chain_is_whole_until_a_byte_a_file_or_a_row_is_not() -> None:
    sitting = await recorded()
    its, name = await sitting.its(), await first_file(sitting)
    assert await recording_look.broken(its) is None
    good = await files.lifted(name)
    await files.lay(name, good[:-1] + bytes([good[-1] ^ 1]))
    assert await recording_look.broken(its) == 0
    await files.lay(name, good)
    assert await recording_look.broken(its) is None
    await db.rows("UPDATE handoff_recording SET text = text || '。' WHERE id = $1", its["id"])
    assert await recording_look.broken(await sitting.its()) == 0
    await db.rows("UPDATE handoff_recording SET text = $2 WHERE id = $1", its["id"], its["text"])
    await db.rows("DELETE FROM handoff_chunk WHERE recording = $1 AND seq = 2", its["id"])
    assert await recording_look.broken(await sitting.its()) == 2


async def test_a_copy_proves_itself_without_us() -> None:
    sitting = await recorded()
    by = await supervisor()
    with await recording_copy.copy(sitting.handoff, "法院调取", by) as file, zipfile.ZipFile(file) as packed:
        proof = json.loads(packed.read("proof.json"))
        films = {int(name[5:-5]): packed.read(name) for name in packed.namelist() if name != "proof.json"}
    assert proof["how"] == HOW
    head = sha256(f"{proof['recording']}\n{proof['text']}".encode()).digest()
    for chunk in proof["chunks"]:
        data, films[chunk["part"]] = (
            films[chunk["part"]][: chunk["size"]],
            films[chunk["part"]][chunk["size"] :],
        )
        head = sha256(head + data).digest()
        assert head.hex() == chunk["hash"]
    assert (head.hex(), proof["whole"], set(films.values())) == (proof["ends"], True, {b""})
    assert (await kinds(sitting.handoff))[-1] == "rec-copied"


async def test_it_goes_after_its_days_file_and_row_and_the_event_stays() -> None:
    sitting = await recorded()
    its = await sitting.its()
    await to_state(sitting.handoff, "done")
    await days(DAYS - 1)
    await night({})
    assert len(kept_of(its["id"])) == 3
    await days(2)
    await night({})
    assert kept_of(its["id"]) == []
    assert await db.rows("SELECT 1 FROM handoff_recording") == []
    assert await db.rows("SELECT 1 FROM handoff_chunk") == []
    assert (await kinds(sitting.handoff))[-1] == "rec-erased"
    with pytest.raises(NotFound):
        await recording_list.shown(sitting.handoff, await supervisor())


async def test_what_a_supervisor_holds_stays_until_they_let_it_go() -> None:
    sitting = await recorded()
    by, its = await supervisor(), await sitting.its()
    await to_state(sitting.handoff, "done")
    with pytest.raises(Denied):
        await recording_keep.hold(sitting.handoff, "想留", await staff("auditor", "hall", "shanghai"))
    await recording_keep.hold(sitting.handoff, "行政复议在查", by)
    await days(400)
    await night({})
    assert len(kept_of(its["id"])) == 3
    await recording_keep.release(sitting.handoff, by)
    await night({})
    assert kept_of(its["id"]) == []
    assert (await kinds(sitting.handoff))[-3:] == ["rec-held", "rec-released", "rec-erased"]


async def test_an_erasure_that_was_killed_between_its_steps_is_ended_the_next_night() -> None:
    sitting = await recorded()
    by, its = await supervisor(), await sitting.its()
    await to_state(sitting.handoff, "done")
    await days(DAYS + 1)
    await db.rows("UPDATE handoff_recording SET erasing_at = now()")
    with pytest.raises(Refusal, match="在删除"):
        await recording_keep.hold(sitting.handoff, "太晚了", by)
    with pytest.raises(Refusal, match="已经删除"):
        await recording_look.look(sitting.handoff, "太晚了", by)
    await files.clear(folder(its["id"]))
    await night({})
    assert await db.rows("SELECT 1 FROM handoff_recording") == []


async def test_what_was_asked_and_refused_is_forgotten_too_but_not_what_was_done() -> None:
    sitting = await agreed()
    await to_state(sitting.handoff, "done")
    await days(DAYS + 1)
    await night({})
    assert await db.rows("SELECT 1 FROM handoff_recording") == []
    assert await kinds(sitting.handoff) == ["rec-asked", "rec-agreed", "rec-agreed"]


async def test_the_applicant_reads_that_there_is_one_and_after_when_it_goes() -> None:
    sitting = await recorded()
    await live(n=8)
    [case] = await db.rows("SELECT account FROM service_case WHERE id = $1", sitting.at.case)
    [one] = await handoff.own_recordings(case["account"])
    assert one["until"] == one["last_at"] + dt.timedelta(days=DAYS)
    [(heading, [told])] = await handoff.export_of(case["account"])
    assert (heading, told["什么时候删除"]) == ("屏对屏的录音录像", one["until"])
    await recording_keep.hold(sitting.handoff, "有投诉", await supervisor())
    [(_, [told])] = await handoff.export_of(case["account"])
    assert told["什么时候删除"] == "依法留存"
