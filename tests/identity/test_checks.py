"""What may be typed: real people's odd numbers pass, slips are named in plain Chinese."""

import datetime as dt

import pytest

from backend.identity import checks, ids
from backend.settings import Settings

TODAY = dt.date(2026, 11, 23)


@pytest.mark.parametrize(
    ("text", "tidy"),
    [
        ("13800138000", "13800138000"),
        (" 138 0013-8000 ", "13800138000"),
        ("+8613800138000", "13800138000"),
        ("１３８００１３８０００", "13800138000"),
        ("19912345678", "19912345678"),
        ("10000000001", "10000000001"),
    ],
)
def test_a_mobile_number_as_people_type_it(text: str, tidy: str) -> None:
    assert checks.mobile(text) == tidy


@pytest.mark.parametrize(
    "text", ["", "1380013800", "138001380000", "12800138000", "٠٣٨٠٠١٣٨٠٠٠", "abc", "0513-83000000"]
)
def test_other_numbers_are_no_mobile(text: str) -> None:
    with pytest.raises(ValueError, match="11 位"):
        checks.mobile(text)


def test_production_knows_no_demo_phone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checks, "settings", lambda: Settings(mode="production"))
    assert checks.mobile("13800138000")
    with pytest.raises(ValueError, match="11 位"):
        checks.mobile("10000000001")


@pytest.mark.parametrize(
    ("kind", "text", "tidy"),
    [
        ("resident", "11010519491231002X", "11010519491231002X"),
        ("resident", "11010519491231002x", "11010519491231002X"),
        ("resident", "110105 19491231 002x", "11010519491231002X"),
        ("resident", "320681190001010012", "320681190001010012"),
        ("residence-permit", "810000190001010018", "810000190001010018"),
        ("home-return", "h12345678", "H12345678"),
        ("home-return", "M1234567801", "M1234567801"),
        ("taiwan", "12345678", "12345678"),
        ("passport", "E12345678", "E12345678"),
        ("passport", "EA1234567", "EA1234567"),
        ("passport", "SE1234567", "SE1234567"),
        ("foreign-passport", "L01X00T47", "L01X00T47"),
        ("foreign-residence", "ABC123456789012", "ABC123456789012"),
        ("foreign-residence", "932682198501010019", "932682198501010019"),
        ("officer", "军字第 0012345 号", "军字第 0012345 号"),
    ],
)
def test_every_kind_of_id_passes(kind: str, text: str, tidy: str) -> None:
    assert ids.id_number(kind, text, TODAY) == tidy


@pytest.mark.parametrize(
    ("kind", "text", "said"),
    [
        ("resident", "", "18 位"),
        ("resident", "11010519491231002", "18 位"),
        ("resident", "X1010519491231002X", "18 位"),
        ("resident", "110105194912310021", "有一位不对"),
        ("resident", "110105194902300021", "出生日期不对"),
        ("resident", "110105299901010021", "还没到"),
        ("resident", "110105000000000021", "出生日期不对"),
        ("residence-permit", "11010519491231002X", "810000"),
        ("home-return", "X12345678", "回乡证"),
        ("home-return", "H123456789", "回乡证"),
        ("taiwan", "1234567", "台胞证"),
        ("passport", "EI1234567", "护照号"),
        ("foreign-passport", "AB12", "护照号"),
        ("foreign-residence", "832682198501010019", "永居证"),
        ("officer", "军", "军官证"),
        ("library-card", "1", "证件类型"),
    ],
)
def test_an_impossible_id_is_refused_with_what_to_look_at(kind: str, text: str, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        ids.id_number(kind, text, TODAY)


def test_one_changed_digit_is_always_noticed() -> None:
    right = "11010519491231002X"
    for place in range(17):
        for digit in "0123456789":
            typed = right[:place] + digit + right[place + 1 :]
            if typed != right:
                with pytest.raises(ValueError, match=r"不对|还没到"):
                    ids.id_number("resident", typed, TODAY)


def test_a_renewed_home_return_permit_is_the_same_person() -> None:
    assert ids.id_key("home-return", "H1234567801") == ids.id_key("home-return", "H1234567802")
    assert ids.id_key("taiwan", "12345678") != ids.id_key("foreign-passport", "12345678")
    assert ids.id_key("resident", "810000190001010018") == ids.id_key(
        "residence-permit", "810000190001010018"
    )


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("张三", "张三"),
        (" 张 三 ", "张 三"),
        ("𠮷𡈽", "𠮷𡈽"),
        ("王\ue000明", "王\ue000明"),
        ("买买提•艾力", "买买提·艾力"),
        ("阿卜杜拉・库尔班", "阿卜杜拉·库尔班"),
        ("José María", "José María"),
        ("李〇", "李〇"),
        ("字" * 30, "字" * 30),
    ],
)
def test_every_name_somebody_has_is_kept(text: str, kept: str) -> None:
    assert checks.name(text) == kept


@pytest.mark.parametrize(
    "text", ["", "张", "字" * 31, "张三1", "张\u202e三", "··", "张\x00三", "13800138000"]
)
def test_what_nobody_is_called_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="姓名"):
        checks.name(text)


@pytest.mark.parametrize(
    ("text", "tidy"), [("123456", "123456"), (" 123 456 ", "123456"), ("１２３４５６", "123456")]
)
def test_a_code_is_six_digits(text: str, tidy: str) -> None:
    assert checks.code(text) == tidy


@pytest.mark.parametrize("text", ["", "12345", "1234567", "12345a", "٠١٢٣٤٥"])
def test_anything_else_is_no_code(text: str) -> None:
    with pytest.raises(ValueError, match="6 位"):
        checks.code(text)


def test_a_unified_social_credit_code_has_a_check_character() -> None:
    assert checks.uscc(" 91350100m000100y43 ") == "91350100M000100Y43"
    for text in ("", "91350100M000100Y44", "91350100I000100Y43", "1" * 500):
        with pytest.raises(ValueError, match="营业执照"):
            checks.uscc(text)


@pytest.mark.parametrize("text", ["", "short1", "abcdefghijk", "12345678901", "a1" * 65])
def test_a_weak_or_endless_password_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="密码"):
        checks.password(text)


@pytest.mark.parametrize("text", ["", "a", "张三", "1abc", "a b", "a" * 33, "a;drop"])
def test_an_odd_username_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="用户名"):
        checks.username(text)


@pytest.mark.parametrize("text", ["zhou.yan", " Zhou.Yan ", "ab", "a" * 32, "clerk-2_b"])
def test_a_username_is_small_letters_with_a_few_marks(text: str) -> None:
    assert checks.username(text) == text.strip().lower()
