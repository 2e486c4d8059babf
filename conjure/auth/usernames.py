"""User names as far as a database may tell them apart."""

from __future__ import annotations

import re
import unicodedata

_LATIN_LETTER = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:[A-Z]+ )*?([A-Z])(?: |$)")
_OTHER_LETTERS = str.maketrans({"ß": "s", "ð": "d", "æ": "ae", "œ": "oe"})


def fold_username(username: str) -> str:
    """One spelling for all those that some database collation takes for the same user name.

    MariaDB and MySQL look names up without regard to case and accents, some collations also without regard to
    strokes, scripts of digits and invisible characters. Two names that fold alike need not be the same account.
    """
    decomposed = unicodedata.normalize("NFKD", username.casefold()).casefold().translate(_OTHER_LETTERS)
    # "ss" and "s" because there are collations for either reading of the sharp s.
    return "".join(_fold_character(character) for character in decomposed).replace("ss", "s")


def _fold_character(character: str) -> str:
    if character.isascii():
        return character.strip()
    value = unicodedata.numeric(character, -1)
    if value in range(10):
        return str(int(value))
    latin = _LATIN_LETTER.search(unicodedata.name(character, ""))
    if latin:
        return latin[1].lower()
    is_ignorable = unicodedata.category(character)[0] in "MCZ"
    return "" if is_ignorable else character
