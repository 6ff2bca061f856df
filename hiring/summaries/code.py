"""Whose form it is: signed, so that nobody can make one for another card, and short to type."""

import base64
import hashlib
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from itsdangerous import BadData, URLSafeSerializer

_SALT = "the form of a scorecard"
_LETTERS = 8  # 40 bits: enough where each try is a request


@dataclass(frozen=True, slots=True)
class Whose:
    """The card, its guide's content hash and version, its interviewer and its candidate."""

    card: int
    guide: str
    version: int
    person: int
    candidate: int


def token(whose: Whose, keys: Sequence[str]) -> str:
    """The same for the same card as long as the key is. Of several keys the last one signs."""
    made = _serializer(keys).dumps(asdict(whose))
    return made if isinstance(made, str) else made.decode()


def whose(text: str, keys: Sequence[str]) -> Whose | None:
    """Whose form it is, or None if this was not signed with any of our keys."""
    try:
        return Whose(**_serializer(keys).loads(text))
    except (BadData, TypeError):  # TypeError: signed by us, but for something else
        return None


def short(card: int, signed: str) -> str:
    """The code at the foot of a page, such as `412-7KQ4-M2XP`."""
    digest = base64.b32encode(hashlib.sha256(signed.encode()).digest()).decode()[:_LETTERS]
    return f"{card}-{digest[:4]}-{digest[4:]}"


def is_code(typed: str, code: str) -> bool:
    """Whether somebody typed this code, in whatever case and with whatever between."""
    return _bare(typed) == _bare(code)


def _bare(text: str) -> str:
    return "".join(char for char in text.upper() if char.isascii() and char.isalnum())


def _serializer(keys: Sequence[str]) -> URLSafeSerializer:
    return URLSafeSerializer(
        list(keys),
        salt=_SALT,
        signer_kwargs={"key_derivation": "hmac", "digest_method": hashlib.sha256},
    )
