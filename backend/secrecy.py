"""What must not be read from a stolen database: sealed with SM4-GCM, found again by HMAC-SM3, shown masked.

GB/T 39786 (密评) expects the national algorithms. Every value starts with one byte, the id of its key, so
that keys rotate without rewriting rows: the highest id seals, all live ids open and find.
"""

import os
import re
import secrets

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from backend.settings import settings

NONCE, TAG = 12, 16
ERASED = "已删除"
# A character with the marks that belong to it: variation selectors of rare forms, combining accents.
_CHARACTER = re.compile(r".[\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef]*", re.DOTALL)
# Two-character surnames, written as one run.
COMPOUND_SURNAMES = frozenset(
    re.findall(
        "..",
        "欧阳司马上官诸葛司徒东方独孤慕容公孙皇甫尉迟夏侯令狐宇文长孙轩辕端木呼延南宫西门百里东郭澹台公冶"
        "宗政濮阳淳于单于太叔申屠仲孙钟离鲜于闾丘司空亓官司寇公羊赫连万俟闻人拓跋夹谷谷梁公良乐正漆雕壤驷"
        "公西梁丘左丘东门第五歐陽司馬諸葛東方公孫尉遲",
    )
)


class Unreadable(Exception):
    """A sealed value was altered, cut short, or its key is gone. Never says which value."""


def _newest(keys: dict[int, bytes]) -> int:
    if not keys:
        raise RuntimeError("SM4_KEYS and INDEX_KEYS are not set: `python -m backend up` makes local ones")
    return max(keys)


def seal(text: str) -> bytes:
    """Encrypt: key id (1 byte), nonce (12), ciphertext, tag (16). Sealing twice gives different bytes."""
    keys = settings().sm4_keys
    number, nonce = _newest(keys), os.urandom(NONCE)
    cipher = Cipher(algorithms.SM4(keys[number]), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(bytes([number]))
    return bytes([number]) + nonce + cipher.update(text.encode()) + cipher.finalize() + cipher.tag


def unseal(sealed: bytes) -> str:
    """The text again; nothing where it was erased. Refuses: Unreadable, when a byte was changed or the key is gone."""
    if not sealed:
        return ""
    key = settings().sm4_keys.get(sealed[0]) if len(sealed) >= 1 + NONCE + TAG else None
    if key is None:
        raise Unreadable
    nonce, body, tag = sealed[1 : 1 + NONCE], sealed[1 + NONCE : -TAG], sealed[-TAG:]
    cipher = Cipher(algorithms.SM4(key), modes.GCM(nonce, tag)).decryptor()
    cipher.authenticate_additional_data(sealed[:1])
    try:
        return (cipher.update(body) + cipher.finalize()).decode()
    except InvalidTag:
        raise Unreadable from None


def fresh_key() -> str:
    """A key of one thing's own, in hex; its row keeps it sealed, and with the row what it seals is lost for good."""
    return secrets.token_hex(16)


def seal_with(key: str, data: bytes, about: str) -> bytes:
    """Encrypt under a key of its own: nonce (12), ciphertext, tag (16); opens only as what it is `about`."""
    nonce = os.urandom(NONCE)
    cipher = Cipher(algorithms.SM4(bytes.fromhex(key)), modes.GCM(nonce)).encryptor()
    cipher.authenticate_additional_data(about.encode())
    return nonce + cipher.update(data) + cipher.finalize() + cipher.tag


def unseal_with(key: str, sealed: bytes, about: str) -> bytes:
    """What `seal_with` sealed. Refuses: Unreadable."""
    nonce, body, tag = sealed[:NONCE], sealed[NONCE:-TAG], sealed[-TAG:]
    try:
        cipher = Cipher(algorithms.SM4(bytes.fromhex(key)), modes.GCM(nonce, tag)).decryptor()
        cipher.authenticate_additional_data(about.encode())
        return cipher.update(body) + cipher.finalize()
    except (InvalidTag, ValueError):  # a tag or nonce that was cut short
        raise Unreadable from None


def _blind(text: str, number: int) -> bytes:
    mac = hmac.HMAC(settings().index_keys[number], hashes.SM3())
    mac.update(text.encode())
    return bytes([number]) + mac.finalize()


def blind(text: str) -> bytes:
    """The index to store beside a sealed value: key id and HMAC-SM3, 33 bytes, the same each time."""
    return _blind(text, _newest(settings().index_keys))


def blinds(text: str) -> list[bytes]:
    """Every index the text may be stored under, newest key first: look-ups use `is_in(blinds(text))`."""
    return [_blind(text, number) for number in sorted(settings().index_keys, reverse=True)]


def fresh_token() -> str:
    """A token for a link: 144 random bits that nobody guesses, so guesses need no counting; 24 characters still fit a
    small QR. The page that asks for a link brings it, so that asking twice makes one.
    """
    return secrets.token_urlsafe(18)


def token_hash(token: str) -> bytes:
    """What a table knows of a random token (SM3): long and random as it is, it needs no salt and no slow hash."""
    digest = hashes.Hash(hashes.SM3())
    digest.update(token.encode("utf-8", "surrogatepass"))
    return digest.finalize()


def lock_number(text: str) -> int:
    """A signed 64-bit number for `pg_advisory_xact_lock`, the same in every process while a rotation runs."""
    return int.from_bytes(_blind(text, min(settings().index_keys))[1:9], signed=True)


def mask_name(name: str) -> str:
    """张三 → 张*, 张小三 → 张*三, 欧阳修 → 欧阳*, 买买提·艾力 → 买*力; 已删除 where it was erased."""
    if not name:
        return ERASED
    letters = _CHARACTER.findall(name)
    shown = 2 if len(letters) > 2 and "".join(letters[:2]) in COMPOUND_SURNAMES else 1
    return "".join(letters[:shown]) + "*" + "".join(letters[-1:] if len(letters) > shown + 1 else [])


def mask_phone(phone: str) -> str:
    """138****8000: the first three and the last four; 已删除 where it was erased."""
    return f"{phone[:3]}****{phone[-4:]}" if phone else ERASED


def mask_id(number: str) -> str:
    """尾号 0012: the last four of an ID number, two of a short one; screens show no more."""
    return f"尾号 {number[-4:] if len(number) >= 8 else number[-2:]}" if number else ERASED
