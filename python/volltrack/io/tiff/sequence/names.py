"""Time, slice, channel and position in the names of files."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from volltrack.errors import BadFile

__all__ = ["Grid", "order_files"]

_WORDS: Final = {
    "T": ("timepoint", "time", "frame", "tp", "tm", "t"),
    "Z": ("slice", "plane", "z"),
    "C": ("channel", "chn", "ch", "c", "w"),
    "P": ("position", "pos", "scene", "series", "xy", "p", "s"),
}
_LETTER: Final = {word: letter for letter, words in _WORDS.items() for word in words}
_NUMBER: Final = re.compile(
    rf"(?:(?<![A-Za-z])({'|'.join(sorted(_LETTER, key=len, reverse=True))})[-_]?)?(\d+)", re.IGNORECASE
)
_METAMORPH_CHANNEL: Final = re.compile(r"((?<![A-Za-z])w\d+)[^_]+(?=_|$)", re.IGNORECASE)
"""MetaMorph writes the name of the channel behind its number, as in ``exp_w1DAPI_s1_t1.TIF``."""

_MICROMANAGER_1: Final = re.compile(r"img_(\d+)_(.*)_(\d+)$")


@dataclass(frozen=True, kw_only=True)
class Grid:
    """Files by their place.

    Parameters
    ----------
    files
        By (position, time, slice, channel): the numbers of the names, 0 for what they do not say.
    letters
        Which of ``PTZC`` the names say and which differ between files.
    numbered
        Whether a number without a word before it was taken as time.
    """

    files: Mapping[tuple[int, int, int, int], Path]
    letters: str
    numbered: bool = False

    def values(self, letter: str) -> list[int]:
        """Return the numbers of one axis in order."""
        return sorted({place["PTZC".index(letter)] for place in self.files})


def order_files(files: Sequence[Path], source: Path, number_axis: str = "T") -> Grid:
    """Return files by the numbers in their names.

    A number after a word says which it is: ``t``, ``time``, ``frame``; ``z``, ``slice``; ``c``, ``ch``,
    ``channel``; ``p``, ``pos``, ``position`` and the like, as ``img_t000_z00_c0.tif`` and
    ``img_channel000_position000_time000000000_z000.tif``. One other number that differs counts time points.
    Micro-Manager 1 writes ``img_TIME_CHANNEL_SLICE.tif``.

    Parameters
    ----------
    files
        At least one.
    source
        Folder or pattern, for messages.
    number_axis
        What a number without a word counts.

    Raises
    ------
    BadFile
        Names that do not say the place of each file.
    """
    first = [_MICROMANAGER_1.fullmatch(file.stem) for file in files]
    if all(match is not None and not _NUMBER.fullmatch(match[2]) for match in first):
        channels = sorted({match[2] for match in first if match})
        placed = [(0, int(m[1]), int(m[3]), channels.index(m[2])) for m in first if m]
        return _collect(files, placed, source)
    parsed = [_parse(file.stem) for file in files]
    templates: dict[str, list[Path]] = {}
    for file, (template, _, _) in zip(files, parsed, strict=True):
        templates.setdefault(template, []).append(file)
    if len(templates) > 1:
        kinds = "; ".join(
            f"{template.replace('#', '*')}{members[0].suffix} ({len(members)})"
            for template, members in list(templates.items())[:6]
        )
        raise BadFile(
            f"holds TIFF files of {len(templates)} kinds of names: {kinds}; give one kind as a pattern in quotes, "
            f"such as '{files[0].parent / (next(iter(templates)).replace('#', '*') + files[0].suffix)}'",
            path=source,
        )
    others = list(zip(*(numbers for _, _, numbers in parsed), strict=True))
    varying = [column for column in others if len(set(column)) > 1]
    said = {letter for _, words, _ in parsed for letter in words}
    if len(varying) > 1 or (varying and number_axis in said):
        raise BadFile(
            f"{len(varying)} numbers without a word such as t, z or c before them differ in the names of its files "
            f"({files[0].name}, {files[-1].name}): rename the files, or give a pattern in which one number differs",
            path=source,
        )
    counted = varying[0] if varying else (0,) * len(files)
    places = []
    for (_, words, _), number in zip(parsed, counted, strict=True):
        all_words = {**words, number_axis: number} if varying else words
        places.append(tuple(all_words.get(letter, 0) for letter in "PTZC"))
    return _collect(files, places, source, numbered=bool(varying))


def _parse(stem: str) -> tuple[str, dict[str, int], tuple[int, ...]]:
    """Return the name with # for its numbers, the numbers after words, and the other numbers."""
    stem = _METAMORPH_CHANNEL.sub(r"\1", stem)
    words: dict[str, int] = {}
    numbers: list[int] = []
    for match in _NUMBER.finditer(stem):
        letter = _LETTER[match[1].lower()] if match[1] else ""
        if letter and letter not in words:
            words[letter] = int(match[2])
        else:
            numbers.append(int(match[2]))
    return re.sub(r"\d+", "#", stem), words, tuple(numbers)


def _collect(files: Sequence[Path], places: Sequence[tuple[int, ...]], source: Path, *, numbered: bool = False) -> Grid:
    found: dict[tuple[int, int, int, int], Path] = {}
    for file, place in zip(files, places, strict=True):
        key = (place[0], place[1], place[2], place[3])
        if key in found:
            raise BadFile(f"{found[key].name} and {file.name} are of one place: expected one of them", path=source)
        found[key] = file
    letters = "".join(letter for axis, letter in enumerate("PTZC") if len({place[axis] for place in found}) > 1)
    return Grid(files=found, letters=letters, numbered=numbered)
