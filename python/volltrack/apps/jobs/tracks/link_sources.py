"""What `volltrack link` starts from: a table of cells, or a label movie and what belongs to it."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from volltrack.apps.jobs.inputs import InputRecord, Sources, name_file
from volltrack.apps.jobs.tracks.tracks_xml import find_movie_of
from volltrack.errors import BadFile, BadSettings
from volltrack.io.cells_csv import read_cells_csv
from volltrack.io.image_rules import is_image, leave_out
from volltrack.io.images import inspect_image
from volltrack.io.trackmate_xml import ImageInfo, describe_image
from volltrack.io.tracks import TracksFile
from volltrack.measure import MeasureSettings
from volltrack.model import Calibration, LabelMovie, Lineage, Links, Movie, Spots, Tissue
from volltrack.progress import OnProgress

__all__ = ["LabelInput", "LinkSources"]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class LabelInput:
    """A label movie with the movies that belong to it, all of one shape."""

    labels: LabelMovie
    raw: Movie | None
    tissue: Tissue | None


@dataclass(frozen=True, kw_only=True)
class LinkSources(Sources):
    """The files of a linking; the tissue belongs to a label movie.

    Parameters
    ----------
    cells
        Table of cells (``.csv``; an ``ID`` column gives the spot ids) or label movie (``.tif``, ``.zarr``).
    raw
        Raw movie that belongs to a label movie.
    image
        Image that the TrackMate file names.
    """

    cells: Path
    raw: Path | None = None
    image: Path | None = None

    @property
    def files(self) -> list[Path | None]:
        """Every file that is read."""
        return [self.cells, self.raw, self.tissue, self.image]

    @property
    def is_table(self) -> bool:
        """Whether the cells come from a table."""
        return self.cells.suffix.lower() == ".csv"

    @property
    def shown(self) -> Path:
        """The image that a TrackMate file of a label movie names."""
        return self.image or self.raw or self.cells

    def or_else(self, record: InputRecord) -> LinkSources:
        """Return these sources; tissue and calibration that they leave open are what the `record` says."""
        return replace(
            self,
            tissue=self.tissue or (Path(record.tissue) if record.tissue else None),
            tissue_labels=self.tissue_labels or record.tissue_labels,
            images=self.images.or_else(record.calibration),
        )

    def to_record(self) -> InputRecord:
        """Return what the settings file says of the input."""
        return InputRecord(
            movie=name_file(self.cells),
            tissue=name_file(self.tissue),
            tissue_labels=self.tissue_labels,
            calibration=self.images,
        )

    def open_labels(self) -> LabelInput:
        """Return the label movie and what belongs to it.

        Raises
        ------
        BadFile, MissingCalibration
            A file is no image, or does not say its calibration.
        ShapeMismatch
            The movies do not fit together.
        """
        if not is_image(self.cells):
            raise BadFile(
                f"suffix {self.cells.suffix!r}: expected a table of cells (.csv) or a label movie (.tif, .zarr)",
                path=self.cells,
            )
        alone = self.raw is None and self.tissue is None and self.image is None
        labels = self.images.open_labels(self.cells, raw=self.raw or self.image, alone=alone)
        raw = None
        if self.raw is not None:
            raw = self.images.open_raw(self.raw, labels.calibration)
            labels.require_same_shape(raw)
            labels = leave_out(labels, [raw])
        tissue = self.open_tissue(labels.calibration, movie=labels)
        if tissue is not None:
            tissue.require_fits(labels)
        if self.image is not None:
            labels.require_same_shape(self.images.open_raw(self.image, labels.calibration))
        return LabelInput(labels=labels, raw=raw, tissue=tissue)

    def open_shown(self, calibration: Calibration) -> tuple[Movie, ...]:
        """Return every channel of the image that a TrackMate file of a label movie names; none of the labels.

        Raises
        ------
        BadFile
            It is no image.
        """
        if self.shown == self.cells:
            return ()
        n_channels = inspect_image(self.shown).n_channels or 1
        return tuple(
            self.images.open_raw(self.shown, calibration, channel=channel) for channel in range(1, n_channels + 1)
        )

    def read_cells(
        self, out: Path, settings: MeasureSettings, on_progress: OnProgress | None
    ) -> tuple[Spots, Calibration, ImageInfo | None, LabelMovie | None]:
        """Return the cells, the image that `out` names, and the label movie where there is one.

        Raises
        ------
        BadFile, BadSettings, MissingCalibration, ShapeMismatch
            See the messages.
        """
        if self.is_table:
            return self._read_table(out)
        from volltrack.measure import measure_movie

        found = self.open_labels()
        image = describe_image(found.labels, self.shown, out)
        raws = [] if found.raw is None else [found.raw]
        spots = measure_movie(found.labels, raws, found.tissue, settings, on_progress=on_progress)
        return spots, found.labels.calibration, image, found.labels

    def _read_table(self, out: Path) -> tuple[Spots, Calibration, ImageInfo | None, None]:
        for option, path in (("--raw", self.raw), ("--tissue", self.tissue)):
            if path is not None:
                raise BadSettings(
                    f"{option} with a table of cells: it is for label movies; --image only names the image"
                )
        table = self.images.read(read_cells_csv, self.cells)
        for note in table.notes:
            _log.warning("%s: %s", self.cells, note)
        if table.tracks is not None and table.tracks.columns.used:
            columns = ", ".join(table.tracks.columns.used)
            _log.warning("%s: holds tracks (%s); its cells are linked anew (convert keeps them)", self.cells, columns)
        info = None
        if self.image is not None:
            lineage = Lineage(spots=table.spots, links=Links.empty())
            tracks = TracksFile(kind="cells", lineage=lineage, calibration=table.calibration)
            info, doubts = find_movie_of(tracks, self.image, self.images, out)
            for doubt in doubts:
                _log.warning("%s", doubt)
        return table.spots, table.calibration, info, None
