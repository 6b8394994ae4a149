"""What is shown or measured of tracks is made from: their file, and the images that belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from volltrack.apps.jobs.inputs import InputRecord, Sources, name_file
from volltrack.apps.jobs.settings.run_beside import MovieChoice, choose_as_run
from volltrack.io.tracks import TracksFile, leave_out_hidden, read_tracks_file
from volltrack.model import Calibration, LabelMovie, Movie

__all__ = ["TrackRecord", "TrackSources"]


@dataclass(frozen=True, kw_only=True)
class TrackRecord(InputRecord):
    """What a settings file says of such sources: what ``run.toml`` says, and the tracks."""

    tracks: str = ""
    all_spots: bool = False


@dataclass(frozen=True, kw_only=True)
class TrackSources(Sources):
    """Tracks and the images that belong to them.

    Parameters
    ----------
    tracks
        A file that `volltrack.io.tracks` reads.
    movie
        Raw movie; None where none is named.
    channel
        Its channel, from 1; None takes that of the run that made the tracks, else the first.
    labels
        Label movie of the cells; the masks of a challenge folder can stand for it.
    all_spots
        Whether what TrackMate hides counts, too.
    """

    tracks: Path
    movie: Path | None = None
    channel: int | None = None
    labels: Path | None = None
    all_spots: bool = False

    @property
    def paths(self) -> tuple[Path, ...]:
        """All files that are named."""
        return tuple(path for path in (self.tracks, self.movie, self.labels, self.tissue) if path is not None)

    @cached_property
    def chosen(self) -> MovieChoice:
        """How the movie is opened: as asked for, and for the rest as the run did that made the tracks."""
        if self.movie is None:
            return MovieChoice(images=self.images, channel=self.channel or 1)
        return self.choose(self.movie)

    def choose(self, movie: Path) -> MovieChoice:
        """Return how to open a movie of these tracks that was not named here."""
        return choose_as_run(self.tracks, movie, self.images, self.channel)

    def to_record(self) -> TrackRecord:
        """Return what a settings file says of the input."""
        return TrackRecord(
            tracks=name_file(self.tracks),
            all_spots=self.all_spots,
            movie=name_file(self.movie),
            channel=self.chosen.channel,
            labels=name_file(self.labels),
            tissue=name_file(self.tissue),
            tissue_labels=self.tissue_labels,
            calibration=self.images,
        )

    def read_tracks(self) -> TracksFile:
        """Return the tracks, without what TrackMate hides unless `all_spots` asks for it.

        Raises
        ------
        BadFile, MissingCalibration
            A file that cannot be read, or does not say its frame interval or voxel size.
        """
        return leave_out_hidden(self.images.read(read_tracks_file, self.tracks), all_spots=self.all_spots)

    def open_movie(self, calibration: Calibration) -> Movie | None:
        """Return the channel of the movie that is named, or None.

        Raises
        ------
        BadFile
            It cannot be read.
        """
        if self.movie is None:
            return None
        return self.chosen.images.open_raw(self.movie, calibration, channel=self.chosen.channel)

    def open_labels(self, calibration: Calibration, movie: Movie | None) -> LabelMovie | None:
        """Return the label movie that is named, or None.

        Raises
        ------
        BadFile
            It is none.
        """
        if self.labels is None:
            return None
        return self.images.open_labels_of(self.labels, calibration, movie=movie)
