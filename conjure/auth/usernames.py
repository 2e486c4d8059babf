"""Fold user names that a database may take for the same one."""

from __future__ import annotations

import re
import unicodedata

_LATIN_LETTER = re.compile(r"LATIN (?:SMALL |CAPITAL )?LETTER (?:[A-Z]+ )*?([A-Z])(?: |$)")
_OTHER_LETTERS = str.maketrans({"ß": "s", "ð": "d", "æ": "ae", "œ": "oe"})


def fold_username(username: str) -> str:
    """One spelling for all the spellings that some database collation takes for the same user name.

    MariaDB and MySQL ignore case and accents when they look a name up; some collations also ignore strokes, the
    script of digits and invisible characters. Two names that fold alike may still be two accounts.
    """
    decomposed = unicodedata.normalize("NFKD", username.casefold()).casefold().translate(_OTHER_LETTERS)
    # Some collations read the sharp s as "ss", others as "s".
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
