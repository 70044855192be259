import re
from itertools import combinations

from client.core.words import WORDS, words_of


def test_there_is_one_word_per_byte() -> None:
    assert len(WORDS) == len(set(WORDS)) == 256
    assert words_of(bytes([0, 255, 1])) == (WORDS[0], WORDS[255], WORDS[1])


def test_every_word_is_short_and_plain() -> None:
    assert [word for word in WORDS if not re.fullmatch("[A-Z]{4,8}", word)] == []


def test_four_letters_tell_a_word() -> None:
    assert len({word[:4] for word in WORDS}) == 256


def test_no_word_is_one_slip_from_another() -> None:
    assert [pair for pair in combinations(WORDS, 2) if edits_between(*pair) < 2] == []


def test_no_word_rhymes_fully_with_another() -> None:
    sounds = sorted(map(sound_of, WORDS))
    assert len(set(sounds)) == 256


def edits_between(one: str, other: str) -> int:
    """Levenshtein's distance."""
    row = list(range(len(other) + 1))
    for i, a in enumerate(one, start=1):
        above, row[0] = row[0], i
        for j, b in enumerate(other, start=1):
            above, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, above + (a != b))
    return row[-1]


def sound_of(word: str) -> str:
    """Roughly how a French ear hears it: enough to catch ANCRE and ENCRE, or PAIN and PIN."""
    rules = (
        (r"(?<!E)[TDSXP]$", ""),
        (r"E?AUX?", "O"),
        (r"QU|C(?![EIYH])", "K"),
        (r"C(?=[EIY])", "S"),
        (r"G(?=[EIY])", "J"),
        (r"[AE]I", "E"),
        (r"[AE][NM](?=[^AEIOUNM])", "AN"),
        (r"H|(?<=.)E$", ""),
        (r"Y", "I"),
        (r"(.)\1", r"\1"),
    )
    for pattern, sound in rules:
        word = re.sub(pattern, sound, word)
    return word
