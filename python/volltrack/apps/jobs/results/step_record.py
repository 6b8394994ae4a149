"""Which steps of a job are finished, and with what settings: the memory that makes a run resumable."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import asdict, is_dataclass
from pathlib import Path
from typing import Any

from volltrack.errors import FileExists, OutputFailed
from volltrack.io.outputs import replace_file

__all__ = ["StepRecord", "make_key"]


def make_key(*parts: Any) -> str:
    """Return a hash of settings, names and other keys; equal input gives an equal key."""
    plain = [asdict(p) | {"": _kept_name(p)} if is_dataclass(p) and not isinstance(p, type) else p for p in parts]
    return hashlib.sha256(json.dumps(plain, sort_keys=True, default=str).encode()).hexdigest()


def _kept_name(settings: Any) -> str:
    """Return what older runs know a class of settings by, so that they can be gone on with."""
    name = type(settings).__name__
    return "LineageLinkSettings" if name == "LikelihoodLinkSettings" else name


class StepRecord:
    """The steps of one results folder, kept in ``.volltrack/steps.json``.

    Parameters
    ----------
    folder
        The results folder; `open_folder` makes it when it is missing.
    overwrite
        Whether results that were made with other settings may be replaced.

    Notes
    -----
    A step is finished when its outputs are there and its key (input, settings, keys of earlier steps) is the one
    noted. Outputs that a person has edited since stay as they are: only their presence is asked for. A step that was
    begun and not finished may replace what it left.
    """

    def __init__(self, folder: Path, *, overwrite: bool) -> None:
        self.folder = folder
        self.work = folder / ".volltrack"
        self._overwrite = overwrite
        self._file = self.work / "steps.json"
        self._finished, self._begun = _read(self._file)

    @contextlib.contextmanager
    def open_folder(self) -> Iterator[None]:
        """Make the folders; those of them that are empty at the end, as after an error, are removed again.

        Raises
        ------
        OutputFailed
            If they cannot be made.
        """
        missing = [path for path in (self.folder, *self.folder.parents) if not path.exists()]
        try:
            self.work.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise OutputFailed(
                f"cannot make the results folder {self.folder} ({error.strerror}): choose another --out, or change "
                "the permissions"
            ) from error
        try:
            yield
        finally:
            for path in (self.work, *missing):
                with contextlib.suppress(OSError):  # not empty
                    path.rmdir()

    def is_finished(self, step: str, key: str, outputs: Sequence[str]) -> bool:
        """Return whether `step` was finished with this key.

        Raises
        ------
        FileExists
            An output is there, but was made with other settings or by something else, and may not be replaced; or a
            part of the outputs is gone, and the rest, which may have been edited, would be replaced.
        """
        present = [name for name in outputs if (self.folder / name).exists()]
        is_same = self._finished.get(step) == key
        if is_same and len(present) == len(outputs):
            return True
        if not present or self._overwrite or self._begun.get(step) == key:
            return False
        if is_same:
            gone = next(name for name in outputs if name not in present)
            raise FileExists(
                f"{self.folder / gone} is gone, but {present[0]} of the same step is there: put it back, or give "
                "--overwrite to make both again"
            )
        known = step in self._finished or step in self._begun
        made = "was made with other input or settings" if known else "was not made by this command"
        raise FileExists(
            f"{self.folder / present[0]} {made}: give --overwrite to replace it, or another --out to keep both"
        )

    @contextlib.contextmanager
    def make(self, step: str, key: str, outputs: Sequence[str]) -> Iterator[None]:
        """Note that `step` is begun, and at the end of the block that it is finished with this key."""
        self._finished.pop(step, None)
        self._begun[step] = key
        self._write()
        try:
            yield
        except BaseException:
            if not any((self.folder / name).exists() for name in outputs):
                self._forget(step)
            raise
        del self._begun[step]
        self._finished[step] = key
        self._write()

    def _forget(self, step: str) -> None:
        """Take back that `step` was begun; the disk may be full, so that this must not need any space."""
        del self._begun[step]
        if not self._begun and not self._finished:
            self._file.unlink(missing_ok=True)
        else:
            with contextlib.suppress(OSError):
                self._write()

    def _write(self) -> None:
        with replace_file(self._file) as temporary:
            temporary.write_text(json.dumps({"finished": self._finished, "begun": self._begun}, indent=1))


def _read(path: Path) -> tuple[dict[str, str], dict[str, str]]:
    """Return the steps that were finished and begun; of a missing or damaged file none, so nothing is overwritten."""
    try:
        content = json.loads(path.read_text())
        return dict(content["finished"]), dict(content["begun"])
    except (FileNotFoundError, NotADirectoryError, ValueError, KeyError, TypeError):
        return {}, {}
