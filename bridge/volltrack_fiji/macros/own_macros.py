"""VollTrack's own macros: where they are."""

from __future__ import annotations

from pathlib import Path
from typing import Final

__all__ = ["find_macros"]

_PACKAGE: Final = Path(__file__).resolve().parents[1]


def find_macros(package: Path = _PACKAGE) -> dict[str, Path]:
    """Return the macros by their path below ``macros/`` of the checkout; in the wheel they are in ``files`` here."""
    folder = next((f for f in (package / "macros" / "files", package.parent.parent / "macros") if f.is_dir()), None)
    if folder is None:
        return {}
    files = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    named = {path.relative_to(folder): path for path in files}
    return {p.as_posix(): f for p, f in named.items() if not any(s.startswith((".", "__")) for s in p.parts)}
