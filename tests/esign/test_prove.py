"""What counts as a signature of a document by a person, with real keys and certificates."""

import base64
import datetime as dt
import hashlib
from typing import Any

import pytest

from backend.esign.prove import Certified, Claim, Document, prove
from backend.esign.unproved import Unproved
from tests.esign.authority import SEALING, Authority, key_of, signed

TEXT, NAME = "我同意。".encode(), "欧阳海生"
NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
OURS = Authority()
ITS = Document(hashlib.sha256(TEXT).hexdigest(), NAME)


def claim(
    kind: str = "rsa", name: str = NAME, by: Authority = OURS, text: bytes = TEXT, **more: Any
) -> Claim:
    key = key_of(kind)
    return Claim(signed(text, key, kind), by.certify(name, key, **more), NOW)


def proved(made: Claim, document: Document = ITS) -> Certified:
    return prove(document, made, [OURS.root])


def refused(made: Claim, document: Document = ITS) -> str:
    with pytest.raises(Unproved) as no:
        proved(made, document)
    return no.value.why


@pytest.mark.parametrize("kind", ["rsa", "pss", "ec"])
def test_a_signature_over_the_document_counts_and_can_be_proved_again(kind: str) -> None:
    found = proved(claim(kind))
    assert (found.signer, found.issuer, found.hash) == (NAME, "江苏省电子商务认证中心（测试）个人", ITS.hash)
    assert proved(found.claim) == found


def test_one_over_another_document_or_by_another_key_does_not() -> None:
    assert refused(claim(text=TEXT + b" ")) == "signature"
    mine, yours = claim(), claim()
    assert refused(Claim(mine.signature, yours.certificates, NOW)) == "signature"
    assert refused(Claim("", mine.certificates, NOW)) == "signature"
    assert refused(Claim("not base64!", mine.certificates, NOW)) == "signature"
    assert refused(Claim(base64.b64encode(b"x" * 9).decode(), mine.certificates, NOW)) == "signature"
    assert refused(claim("ed25519")) == "signature"


def test_one_under_another_root_does_not() -> None:
    assert refused(claim(by=Authority())) == "certificate"
    assert refused(claim(by=Authority("别的机构"))) == "certificate"


def test_a_chain_with_a_gap_or_without_a_certificate_does_not() -> None:
    whole = claim()
    for chain in ([], whole.certificates[:1], whole.certificates[1:], ["-----BEGIN"], ["", ""]):
        assert refused(Claim(whole.signature, chain, NOW)) in ("certificate", "signature")


def test_the_certificate_counts_as_of_when_it_was_used() -> None:
    hour = dt.timedelta(hours=1)
    assert proved(claim(first=NOW - hour, last=NOW + hour)).signer == NAME
    assert refused(claim(first=NOW - 2 * hour, last=NOW - hour)) == "certificate"
    assert refused(claim(first=NOW + hour, last=NOW + 2 * hour)) == "certificate"


def test_a_certificate_that_is_not_for_signing_does_not_count() -> None:
    assert refused(claim(usage=SEALING)) == "certificate"
    assert refused(claim(ca=True)) == "certificate"


@pytest.mark.parametrize(
    ("written", "asked", "right"),
    [
        ("051@欧阳海生@320681@1", NAME, True),
        ("欧阳 海生", NAME, True),
        ("买买提•艾力", "买买提·艾力", True),
        ("欧阳海", NAME, False),
        ("欧阳海生二", NAME, False),
        ("李四", NAME, False),
    ],
)
def test_the_certificate_names_the_signer(written: str, asked: str, right: bool) -> None:
    made, document = claim(name=written), Document(ITS.hash, asked)
    assert (refused(made, document) == "name") if not right else (proved(made, document).signer == written)
