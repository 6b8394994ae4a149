"""Linking by another program, such as TrackMate itself, that an extension of this installation drives."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np

from volltrack.apps.extensions import ENGINES_GROUP, load_extension
from volltrack.apps.jobs.tracks.link_sources import LabelInput, LinkSources
from volltrack.errors import BadSettings
from volltrack.io.outputs import replace_file
from volltrack.io.trackmate_xml import ImageInfo, describe_image
from volltrack.link import LinkSettings
from volltrack.model import Calibration, LabelMovie, Lineage, Movie
from volltrack.pipeline import RunSettings

__all__ = ["Engine", "EngineJob", "EngineResult", "link_by_engine"]


@dataclass(frozen=True, kw_only=True)
class EngineJob:
    """What an engine gets.

    Parameters
    ----------
    movies
        Labels, raw movie and tissue.
    link
        TrackMate's linking.
    settings
        All settings; of these `filter`, `prune` and `measure.border_is_surface` are used.
    out
        TrackMate XML to write; an old one may be replaced.
    image
        The image that it names.
    shown
        The channels of that image, in which intensities are measured; empty where it is the label movie.
    label_file, tissue_file
        Where labels and tissue are, for the settings in the XML; `label_file` is None when they are the image itself.
    note
        Goes into the log of the XML.
    program
        Folder of the engine's program, such as Fiji; None for the default.
    """

    movies: LabelInput
    link: LinkSettings
    settings: RunSettings
    out: Path
    image: ImageInfo
    shown: tuple[Movie, ...]
    label_file: Path | None
    tissue_file: Path | None
    note: str
    program: Path | None


@dataclass(frozen=True, kw_only=True)
class EngineResult:
    """What an engine gives: the lineages that it wrote, and how many tracklets it pruned."""

    lineage: Lineage
    n_pruned_tracklets: int


Engine = Callable[[EngineJob], EngineResult]


def link_by_engine(
    name: str, source: LinkSources, out: Path, settings: RunSettings, *, program: Path | None
) -> tuple[Lineage, Calibration, dict[str, Any]]:
    """Let an engine filter, link and prune a label movie and write the TrackMate file.

    Returns
    -------
    lineage, calibration
        What came out.
    counts
        The same numbers as `volltrack.apps.jobs.tracks.link_cells.LinkJob` gives.

    Raises
    ------
    BadSettings
        A table of cells, or linking that is VollTrack's own.
    MissingPackage
        This installation has no such engine.
    VollTrackError
        Whatever the engine refuses; the other errors of reading are those of `LinkSources`.
    """
    if source.is_table:
        raise BadSettings(
            f"{source.cells} with --engine {name}: it finds the cells itself, in a label movie (.tif, .zarr); give "
            "that, or leave --engine out for tables of cells"
        )
    if name not in settings.link.engines:
        raise BadSettings(
            f"--engine {name} with VollTrack's own linking: {name} has only its LAP tracker; give --preset trackmate, "
            'or settings whose section [link] says kind = "lap"'
        )
    engine = cast("Engine", load_extension(ENGINES_GROUP, name))
    movies = source.open_labels()
    with replace_file(out) as temporary:
        result = engine(
            EngineJob(
                movies=movies,
                link=cast("LinkSettings", settings.link),  # what engines link by
                settings=settings,
                out=temporary,
                image=describe_image(movies.labels, source.shown, out),
                shown=source.open_shown(movies.labels.calibration),
                label_file=None if source.shown == source.cells else source.cells.resolve(),
                tissue_file=None if source.tissue is None else source.tissue.resolve(),
                note=f"volltrack link {source.cells.name} --engine {name}",
                program=program,
            )
        )
    lineage, n_cells = result.lineage, _count_cells(movies.labels)
    return (
        lineage,
        movies.labels.calibration,
        {
            "cells": n_cells,
            "removed_by_filter": n_cells - len(lineage.spots),
            "pruned_tracklets": result.n_pruned_tracklets,
        },
    )


def _count_cells(labels: LabelMovie) -> int:
    return sum(int(np.count_nonzero(np.unique(labels.frame(t)))) for t in range(labels.n_frames))
