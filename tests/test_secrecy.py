"""Sealing, finding and masking: what a stolen database and a curious eye do not learn."""

from collections.abc import Callable

import pytest

from backend import secrecy
from backend.settings import Settings

Keys = Callable[[dict[int, bytes], dict[int, bytes]], None]
OLD, NEW = b"\x01" * 16, b"\x02" * 16


@pytest.fixture
def keys(monkeypatch: pytest.MonkeyPatch) -> Keys:
    """Set the live keys: `keys({1: …}, {1: …})`."""

    def use(sm4: dict[int, bytes], index: dict[int, bytes]) -> None:
        monkeypatch.setattr(secrecy, "settings", lambda: Settings(sm4_keys=sm4, index_keys=index))

    use({1: OLD}, {1: OLD * 2})
    return use


@pytest.mark.parametrize("text", ["320681190001010012", "", "𠮷野·买买提", "a" * 5000])
def test_what_was_sealed_opens_again(keys: Keys, text: str) -> None:
    assert secrecy.unseal(secrecy.seal(text)) == text


def test_sealing_twice_gives_different_bytes_and_hides_the_text(keys: Keys) -> None:
    first, second = secrecy.seal("10000000001"), secrecy.seal("10000000001")
    assert first != second
    assert b"10000000001" not in first


def test_every_changed_byte_is_noticed(keys: Keys) -> None:
    keys({1: OLD, 2: NEW}, {1: OLD * 2})
    sealed = secrecy.seal("320681190001010012")
    for place in range(len(sealed)):
        altered = bytearray(sealed)
        altered[place] ^= 3
        with pytest.raises(secrecy.Unreadable):
            secrecy.unseal(bytes(altered))


@pytest.mark.parametrize("length", [1, 12, 28, 30])
def test_a_value_cut_short_is_unreadable(keys: Keys, length: int) -> None:
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal(secrecy.seal("320681190001010012")[:length])


def test_what_was_erased_is_empty_and_shown_so(keys: Keys) -> None:
    assert secrecy.unseal(b"") == ""
    shown = {secrecy.mask_name(""), secrecy.mask_phone(""), secrecy.mask_id("")}
    assert shown == {"已删除"}


def test_an_old_value_opens_after_rotation_and_a_new_one_carries_the_new_key(keys: Keys) -> None:
    old = secrecy.seal("甲")
    keys({1: OLD, 2: NEW}, {1: OLD * 2})
    assert secrecy.unseal(old) == "甲"
    assert secrecy.seal("乙")[0] == 2


def test_a_value_is_unreadable_once_its_key_is_gone(keys: Keys) -> None:
    old = secrecy.seal("甲")
    keys({2: NEW}, {2: NEW * 2})
    with pytest.raises(secrecy.Unreadable):
        secrecy.unseal(old)


def test_the_blind_index_is_stable_keyed_and_found_after_rotation(keys: Keys) -> None:
    before = secrecy.blind("10000000001")
    assert before == secrecy.blind("10000000001") != secrecy.blind("10000000002")
    keys({1: OLD}, {1: OLD * 2, 2: NEW * 2})
    assert secrecy.blind("10000000001") != before
    assert secrecy.blinds("10000000001") == [secrecy.blind("10000000001"), before]


def test_the_lock_number_does_not_move_while_a_new_key_is_added(keys: Keys) -> None:
    before = secrecy.lock_number("10000000001")
    keys({1: OLD}, {1: OLD * 2, 2: NEW * 2})
    assert secrecy.lock_number("10000000001") == before
    assert -(2**63) <= before < 2**63


def test_without_keys_nothing_is_sealed(keys: Keys) -> None:
    keys({}, {})
    with pytest.raises(RuntimeError, match="SM4_KEYS"):
        secrecy.seal("甲")


@pytest.mark.parametrize(
    ("name", "masked"),
    [
        ("张三", "张*"),
        ("张小三", "张*三"),
        ("欧阳修", "欧阳*"),
        ("欧阳小修", "欧阳*修"),
        ("欧阳", "欧*"),
        ("𠮷田", "𠮷*"),
        ("王𠮷𡈽", "王*𡈽"),
        ("买买提·艾力", "买*力"),
        ("李葛\U000e0100", "李*"),
        ("John Smith", "J*h"),
    ],
)
def test_names_are_masked_as_people_expect(name: str, masked: str) -> None:
    assert secrecy.mask_name(name) == masked


def test_phones_and_ids_show_only_their_ends() -> None:
    assert secrecy.mask_phone("13800138000") == "138****8000"
    assert secrecy.mask_id("11010519491231002X") == "尾号 002X"
    assert secrecy.mask_id("AB123") == "尾号 23"
