"""The chain of a recording: no chunk twice, none left out, none put between; of two pages one records."""

import asyncio
from hashlib import sha256
from uuid import uuid4

import pytest

from backend import clock, db, files, secrecy
from backend.handoff import recording, recording_list, recording_pause, recording_shots
from backend.handoff.recording_chunks import WEBM, Elsewhere, Piece, folder, place, take
from tests.handoff.recorded import Sitting, agreed, recorded
from tests.handoff.sides import later
from tests.visits.town import staff


async def refused(sitting: Sitting, piece: Piece) -> Elsewhere:
    with pytest.raises(Elsewhere) as no:
        await take(sitting.handoff, piece, sitting.desk)
    return no.value


async def test_each_chunk_builds_on_the_one_before_and_the_first_on_the_words_that_were_agreed_to() -> None:
    sitting = await recorded()
    its = await sitting.its()
    head = sha256(f"{its['id']}\n{its['text']}".encode()).digest()
    for data in (WEBM + b"one", b"two", WEBM + b"three"):
        head = sha256(head + data).digest()
    assert (its["head"], its["next"], its["parts"]) == (head.hex(), 3, 2)


async def test_the_same_chunk_again_is_as_once_however_late() -> None:
    sitting = await agreed()
    first = await sitting.piece(WEBM + b"one")
    after = await take(sitting.handoff, first, sitting.desk)
    assert await take(sitting.handoff, first, sitting.desk) == after
    await sitting.send(b"two")
    its = await sitting.its()
    assert await take(sitting.handoff, first, sitting.desk) == (2, its["head"])
    assert (its["next"], its["size"]) == (2, 10)


async def test_a_gap_and_a_fork_are_refused_with_what_comes_next() -> None:
    sitting = await recorded()
    its = await sitting.its()
    good = await sitting.piece(b"x")
    wrong = [
        Piece(good.seq + 1, good.prev, good.source, 0, b"x"),
        Piece(good.seq - 1, good.prev, good.source, 0, b"x"),
        Piece(good.seq, "0" * 64, good.source, 0, b"x"),
    ]
    for piece in wrong:
        no = await refused(sitting, piece)
        assert (no.next, no.head, no.why) == (its["next"], its["head"], "gap")
    assert await sitting.its() == its


async def test_another_page_takes_over_with_a_stream_of_its_own_and_the_first_one_stops() -> None:
    sitting = await agreed()
    await sitting.send(WEBM)
    other = uuid4()
    assert (await refused(sitting, await sitting.piece(b"middle", source=other))).why == "gap"
    await take(sitting.handoff, await sitting.piece(WEBM, source=other), sitting.desk)
    assert (await refused(sitting, await sitting.piece(b"more"))).why == "gap"
    await take(sitting.handoff, await sitting.piece(b"more", source=other), sitting.desk)


async def test_of_two_chunks_for_one_place_one_is_kept() -> None:
    for n in range(6):
        sitting = await agreed(20 + n)
        ones = [await sitting.piece(WEBM + bytes([k])) for k in range(4)]
        done = await asyncio.gather(
            *(take(sitting.handoff, one, sitting.desk) for one in ones * 2), return_exceptions=True
        )
        assert sum(isinstance(one, Elsewhere) for one in done) == 6
        its = await sitting.its()
        assert (its["next"], its["head"] in {one.hash for one in ones}) == (1, True)


async def test_what_lies_on_the_disk_opens_with_the_key_of_its_own_row_alone() -> None:
    sitting = await recorded()
    its = await sitting.its()
    [row, *_] = await db.rows("SELECT * FROM handoff_chunk ORDER BY seq")
    sealed = await files.lifted(place(its["id"], 0, row["hash"]))
    assert b"one" not in sealed
    key = secrecy.unseal(its["key_sealed"])
    assert secrecy.unseal_with(key, sealed, row["hash"]) == WEBM + b"one"
    for other, about in ((secrecy.fresh_key(), row["hash"]), (key, "another")):
        with pytest.raises(secrecy.Unreadable):
            secrecy.unseal_with(other, sealed, about)
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal_with(secrecy.fresh_key(), b"short", "")
    assert place(its["id"], 0, row["hash"]).startswith(folder(its["id"]))


async def test_a_recording_begins_with_what_ended_before_it_was_stopped_and_is_said_to_have_begun_then() -> (
    None
):
    sitting = await agreed()
    await later(1)
    stopped = await clock.now()
    await recording.withdraw(sitting.handoff, sitting.desk)
    await later(1)
    assert (await refused(sitting, await sitting.piece(WEBM))).why == "off"
    assert (await sitting.its())["next"] == 0
    await take(sitting.handoff, await sitting.piece(WEBM, age=1.5), sitting.desk)
    done = (await recording_list.shown(sitting.handoff, await staff("supervisor", "all", "")))["done"]
    assert [row["kind"] for row in done][-2:] == ["rec-begun", "rec-withdrawn"]
    assert done[-2]["at"] < stopped


async def test_whiles_without_a_recording_that_overlap_are_one_with_every_reason() -> None:
    sitting = await recorded()
    await recording_pause.pause(sitting.handoff, "shot", sitting.desk, itself=True)
    await recording_shots.at_desk(sitting.at.case, "one", False, sitting.desk)
    await later(3)
    await recording_shots.at_desk(sitting.at.case, "one", True, sitting.desk)
    await recording_pause.go_on(sitting.handoff, sitting.desk, itself=True)
    await later(3)
    await recording_pause.pause(sitting.handoff, "aside", sitting.desk)
    await later(3)
    await recording_pause.go_on(sitting.handoff, sitting.desk)
    its = await recording_list.shown(sitting.handoff, await staff("supervisor", "all", ""))
    assert [one["why"] for one in its["pauses"]] == ["拍材料", "说的是别的事"]


async def test_what_both_agreed_to_until_a_pause_is_kept_though_it_is_the_first() -> None:
    sitting = await agreed()
    await later(1)
    await recording_pause.pause(sitting.handoff, "paper", sitting.officer)
    await later(1)
    await sitting.send(WEBM)
    assert (await sitting.its())["next"] == 1
