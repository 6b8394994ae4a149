"""Tracks edited from Python: each thing that a person does to spots and links is a method."""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path
from types import TracebackType
from typing import Any, Self

import numpy.typing as npt

from volltrack.edit.history import EditStep
from volltrack.edit.measuring.images import Images
from volltrack.edit.session import EditSession
from volltrack.edit.steps import (
    OnTaken,
    add_spot,
    delete_spots,
    link_spots,
    mark_checked,
    merge_tracks,
    move_spots,
    set_division,
    set_radius,
    split_track,
    unlink_spots,
)
from volltrack.errors import UnsavedEdits, VollTrackError
from volltrack.model import LabelMovie, Movie, Tissue

__all__ = ["TrackEdits", "edit_tracks"]


def edit_tracks(
    path: str | os.PathLike[str],
    *,
    movie: Movie | None = None,
    channel: int = 1,
    labels: LabelMovie | None = None,
    tissue: LabelMovie | None = None,
    **given: Any,
) -> TrackEdits:
    """Return the tracks of a file, ready to be changed; used with ``with``, nothing that was edited is lost.

    Parameters
    ----------
    path
        A TrackMate XML: all in it that is not edited stays as it is, byte for byte. A table of cells, a GEFF or a
        challenge folder can be edited, too, and is saved to a new XML beside it.
    movie, channel, labels, tissue
        What moved and added spots are measured in; without them they lose what was measured at the old place.
    given
        ``voxel_size``, ``unit``, ``frame_interval``, ``time_unit`` where the file does not say them, and ``all_spots``
        for spots that TrackMate hides: see `volltrack.io.tracks_file.read_tracks_file`, for the errors too.

    Examples
    --------
    >>> import volltrack as vt
    >>> with vt.edit("tracks.xml") as tracks:
    ...     new = tracks.add_spot(frame=0, position=(8.0, 16.0, 16.0))
    ...     tracks.move_spot(new, (8.0, 15.0, 16.0))
    ...     tracks.undo()
    ...     saved = tracks.save()
    >>> saved.name
    'tracks.xml'
    """
    edits = TrackEdits.open(Path(path), **given)
    edits.trust(
        Images(movie=movie, channel=channel, labels=labels, tissue=None if tissue is None else Tissue(labels=tissue))
    )
    return edits


class TrackEdits(EditSession):
    """A session with a method for each thing that a person does; spots are named by their IDs.

    Every method is one step of `undo`, and returns what it did, except `add_spot`, which returns the new ID. What the
    track editor in napari refuses is refused here with the same words.

    A ``with`` block that ends with unsaved edits keeps them in a new file beside the tracks and raises `UnsavedEdits`;
    `discard` gives them up. Where an error ends the block, that error names the file.
    """

    def link(self, first: int, second: int, *, on_taken: OnTaken = "refuse") -> EditStep | None:
        """Link two spots of different frames, the earlier to the later.

        Parameters
        ----------
        first, second
            IDs, in any order.
        on_taken
            What becomes of a link that the later spot has from an earlier one: ``"refuse"`` raises
            `volltrack.edit.steps.LinkTaken`, ``"replace"`` removes it, ``"keep"`` keeps both (a merge).

        Raises
        ------
        BadValue, BadTable
            No such spot, two of one frame, or linked already.
        """
        return self._do(link_spots(self.lineage, (first, second), on_taken=on_taken))

    def unlink(self, *spot_ids: int) -> EditStep | None:
        """Remove all links between these spots; of a single spot, all its links."""
        return self._do(unlink_spots(self.lineage, spot_ids))

    def split(self, spot_id: int) -> EditStep | None:
        """Let a new track begin with this spot: its links to earlier spots go."""
        return self._do(split_track(self.lineage, (spot_id,)))

    def merge(self, first: int, second: int) -> EditStep | None:
        """Link the end of one track to the start of another, given any spot of each."""
        return self._do(merge_tracks(self.lineage, (first, second)))

    def divide(self, mother: int, *daughters: int, on_taken: OnTaken = "refuse") -> EditStep | None:
        """Make a spot the mother of two others, or of one more; the mother is the earliest of them."""
        return self._do(set_division(self.lineage, (mother, *daughters), on_taken=on_taken))

    def add_spot(self, *, frame: int, position: npt.ArrayLike, radius: float | None = None) -> int:
        """Add a spot at (z, y, x) in physical units and return its ID; without a radius it takes that of neighbours."""
        spot_id = self.find_free_id()
        self._do(add_spot(self.lineage, spot_id, frame, position, radius=radius))
        return spot_id

    def move_spot(self, spot_id: int, position: npt.ArrayLike) -> EditStep | None:
        """Put a spot at (z, y, x) in physical units."""
        return self._do(move_spots(self.lineage, {spot_id: position}))

    def set_radius(self, radius: float, *spot_ids: int) -> EditStep | None:
        """Give spots a radius in physical units; outlines are scaled with it."""
        return self._do(set_radius(self.lineage, spot_ids, radius))

    def delete(self, *spot_ids: int) -> EditStep | None:
        """Remove spots and the links that touch them."""
        return self._do(delete_spots(self.lineage, spot_ids))

    def check(self, *spot_ids: int, whole_tracks: bool = False, checked: bool = True) -> EditStep | None:
        """Mark spots, or their whole tracks, as checked by a person; ``checked=False`` takes the mark away."""
        return self._do(mark_checked(self.lineage, spot_ids, whole_tracks=whole_tracks, checked=checked))

    def apply_steps(self, steps: Iterable[EditStep]) -> None:
        """Apply steps that were made elsewhere, such as ``other.steps``; each stays a step of its own."""
        for step in steps:
            self._do(step)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self.is_modified:
            return
        n = len(self.unsaved_steps)
        count = "1 edit was" if n == 1 else f"{n} edits were"
        try:
            kept = f"with them the tracks are in {self.write_backup()}"
        except (VollTrackError, OSError) as failed:
            kept = f"they could not be kept beside the tracks: {failed}"
        if error is None:
            raise UnsavedEdits(f"{count} not saved; {kept}. Call save() before the block ends, or discard()")
        error.add_note(f"{count} not saved; {kept}")

    def _do(self, step: EditStep) -> EditStep | None:
        return self.apply(*step.edits, label=step.label)
