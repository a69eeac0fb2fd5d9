"""Whatever is done to a chain shows: a gap, a fork, another order, a broken link, a wrong signature."""

import json
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from backend.sync import chain, seal
from backend.sync.chain import Flaw, Link

VECTORS: dict[str, Any] = json.loads((Path(__file__).parent / "vectors.json").read_text())


def whole(length: int) -> list[Link]:
    links, before = [], bytes(32)
    for seq in range(1, length + 1):
        mine = chain.digest(b"%d" % seq)
        links.append(Link(seq, mine, before))
        before = mine
    return links


@given(st.integers(0, 30), st.randoms())
def test_a_whole_chain_has_no_flaw_in_whatever_order_it_came(length: int, random: Any) -> None:
    links = whole(length)
    random.shuffle(links)
    assert chain.flaws(links) == []


@given(st.integers(2, 30), st.data())
def test_every_missing_record_but_the_last_ones_is_a_gap(length: int, data: Any) -> None:
    gone = data.draw(st.sets(st.integers(1, length - 1), min_size=1))
    left = [link for link in whole(length) if link.seq not in gone]
    assert chain.flaws(left) == [Flaw("gap", seq) for seq in sorted(gone)]


@given(st.integers(2, 30), st.data())
def test_two_records_that_changed_places_are_seen(length: int, data: Any) -> None:
    links = whole(length)
    one, other = data.draw(st.lists(st.integers(0, length - 1), min_size=2, max_size=2, unique=True))
    a, b = links[one], links[other]
    links[one], links[other] = Link(a.seq, b.hash, b.prev), Link(b.seq, a.hash, a.prev)
    assert {flaw.seq for flaw in chain.flaws(links) if flaw.kind == "reorder"} & {a.seq, b.seq}


@given(st.integers(1, 30), st.data())
def test_a_copied_phone_that_goes_on_by_itself_is_a_fork(length: int, data: Any) -> None:
    links = whole(length)
    at = data.draw(st.integers(0, length - 1))
    twin = Link(at + 1, chain.digest(b"another"), links[at].prev)
    assert Flaw("fork", at + 1) in chain.flaws([*links, twin])


@given(st.integers(1, 30), st.data())
def test_a_link_to_nothing_known_is_broken(length: int, data: Any) -> None:
    links = whole(length)
    at = data.draw(st.integers(0, length - 1))
    links[at] = Link(at + 1, links[at].hash, chain.digest(b"unknown"))
    assert Flaw("broken", at + 1) in chain.flaws(links)


@given(st.integers(1, 30), st.data())
def test_a_wrong_signature_is_shown_and_stands_for_nothing(length: int, data: Any) -> None:
    links = whole(length)
    at = data.draw(st.integers(0, length - 1))
    forged = Link(at + 1, chain.digest(b"forged"), bytes(32), genuine=False)
    assert chain.flaws([*links, forged]) == [Flaw("signature", at + 1)]


PLAIN = st.recursive(
    st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(min_codepoint=32, max_codepoint=126)),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.sampled_from("abz019_"), max_size=3), inner)
    ),
)


@given(PLAIN)
@settings(max_examples=200)
def test_canonical_bytes_say_the_same_and_have_one_way(value: Any) -> None:
    body = chain.canonical(value)
    assert json.loads(body) == value
    assert chain.canonical(json.loads(body)) == body


@pytest.mark.parametrize("odd", [1.5, None, True, "é", "a\nb", {"é": 1}, [None], {"a": {"b": 0.0}}])
def test_what_two_programs_could_write_differently_is_refused(odd: Any) -> None:
    with pytest.raises(chain.Unreadable):
        chain.canonical(odd)


@pytest.mark.parametrize("vector", VECTORS["canonical"], ids=lambda vector: vector["hash"][:8])
def test_python_agrees_with_the_vectors(vector: Any) -> None:
    body = chain.canonical(vector["value"])
    assert body.decode() == vector["bytes"]
    assert chain.digest(body).hex() == vector["hash"]


def test_python_agrees_with_the_signature_that_a_browser_made() -> None:
    made = VECTORS["signature"]
    key, body, signature = seal.decoded(made["key"]), made["bytes"].encode(), seal.decoded(made["signature"])
    assert seal.genuine(key, body, signature)
    assert not seal.genuine(key, body + b" ", signature)
    assert not seal.genuine(key, body, signature[::-1])
    assert not seal.genuine(key, body, signature[:63])


def test_what_was_sealed_opens_only_under_its_own_words_and_unchanged() -> None:
    keys = seal.public_keys()
    sealed = seal.sealed(b"words", "payload 1", int(keys["id"]), seal.decoded(str(keys["seal"])))
    assert seal.opened(sealed, "payload 1") == b"words"
    for odd in (sealed[:-1], sealed[:40], b"", b"\x09" + sealed[1:], sealed[:80] + b"x" + sealed[81:]):
        with pytest.raises(seal.Unopened):
            seal.opened(odd, "payload 1")
    with pytest.raises(seal.Unopened):
        seal.opened(sealed, "payload 2")
