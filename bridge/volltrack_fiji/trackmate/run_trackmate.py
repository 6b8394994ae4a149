"""The real TrackMate, with BTrackMate's detector and tracker, from Python."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from volltrack.errors import BadSettings
from volltrack.io.trackmate_xml import TrackMateDocument, read_trackmate_xml
from volltrack.link import LinkSettings, PruneSettings
from volltrack.measure import CellFilterSettings
from volltrack.model import LabelMovie, Movie, Tissue
from volltrack.model.settings import require_fields
from volltrack_fiji.convert.hyperstack import to_java_hyperstack
from volltrack_fiji.convert.trackmate_settings import to_java_detector_map, to_java_tracker_map
from volltrack_fiji.fiji import choose_java, find_trackmate_jars, name_fiji, open_fiji, require_java_for
from volltrack_fiji.jvm import (
    STRICT,
    JavaClasses,
    TrackMateClasses,
    find_java,
    is_jvm_started,
    jpype,
    start_jvm,
    translate_java_errors,
)
from volltrack_fiji.trackmate.patch_imagej import patch_imagej
from volltrack_fiji.trackmate.steps import track

__all__ = ["TrackMateRunSettings", "add_trackmate", "run", "track_in_java"]


@dataclass(frozen=True, kw_only=True)
class TrackMateRunSettings:
    """What TrackMate is told.

    Parameters
    ----------
    cell_filter
        Which cells stay; its channel counts channels of the raw movie, of which there is one here.
    link
        TrackMate's LAP tracker; only the method ``"lap"`` without ``single_spot_segments``, which TrackMate has not.
        Default: TrackMate's, with splitting on.
    prune
        Minimum tracklet length. Default: off.
    border_is_surface
        Whether the image border is surface of the tissue that it cuts. Default: no.

    Raises
    ------
    BadSettings
        A choice that TrackMate's LAP tracker does not have.
    """

    cell_filter: CellFilterSettings = field(default_factory=CellFilterSettings)
    link: LinkSettings = field(default_factory=lambda: LinkSettings(splitting=True))
    prune: PruneSettings = field(default_factory=PruneSettings)
    border_is_surface: bool = False

    def __post_init__(self) -> None:
        require_fields(self)
        if self.link.method != "lap" or self.link.single_spot_segments:
            raise BadSettings(
                f"link method {self.link.method!r}, single_spot_segments {self.link.single_spot_segments}: expected "
                "'lap' and false, which is what TrackMate's LAP tracker does; volltrack.link has the others"
            )


def run(
    labels: LabelMovie,
    raw: Movie | None = None,
    tissue: Tissue | None = None,
    settings: TrackMateRunSettings | None = None,
    *,
    out: str | os.PathLike[str] | None = None,
    fiji: str | os.PathLike[str] | None = None,
) -> TrackMateDocument:
    """Return what TrackMate makes of a label movie: spots, links, features, and the XML that it writes.

    Parameters
    ----------
    labels
        Cells, (T, Z, Y, X).
    raw
        Intensities of the same shape, the channel ``MEAN_INTENSITY_CH1``; without them TrackMate measures intensities
        on the labels.
    tissue
        Tissue of the same frames, or one for all.
    settings
        See `TrackMateRunSettings`; None for its defaults.
    out
        Where TrackMate's XML is written; None: the result holds its text only.
    fiji
        Folder of Fiji; see `volltrack_fiji.fiji.trackmate_jars.find_trackmate_jars`.

    Raises
    ------
    TrackMateMissing, FijiUnusable
        TrackMate or BTrackMate's plug-ins are not there, or it is a TrackMate that they do not run in.
    JvmUnavailable
        There is no Java, or the one that runs is too old for this TrackMate.
    ShapeMismatch
        The movies do not fit together.
    BadSettings
        A least mean intensity without a raw movie.
    JavaError
        Whatever TrackMate refuses, in its words.

    Notes
    -----
    The movies are copied into Java as a whole, 2 or 4 bytes a voxel and channel. Ctrl-C ends TrackMate. A Java that
    somebody else started without ``--add-opens java.desktop/java.awt=ALL-UNNAMED --add-opens
    java.desktop/sun.font=ALL-UNNAMED`` cannot write TrackMate 7.14's display settings and raises `JavaError`; one
    without that for ``java.base/java.lang`` cannot run a complete Fiji and raises `JvmUnavailable`.
    """
    session = track_in_java(labels, raw, tissue, settings, fiji=fiji)
    if out is not None:
        return _save(session, Path(out))
    with tempfile.TemporaryDirectory() as folder:
        return _save(session, Path(folder) / "tracks.xml")


def track_in_java(
    labels: LabelMovie,
    raw: Movie | None = None,
    tissue: Tissue | None = None,
    settings: TrackMateRunSettings | None = None,
    *,
    fiji: str | os.PathLike[str] | None = None,
    shown: Sequence[Movie] = (),
) -> Any:
    """Return a ``TrackMateSession`` of Java that has found, linked and pruned the cells; see `run`.

    Parameters
    ----------
    labels, raw, tissue, settings, fiji
        See `run`.
    shown
        Channels of the image that the file is to name, in which intensities are measured. Default: `raw`, else the
        labels.
    """
    settings = settings or TrackMateRunSettings()
    shown = list(shown) or [raw if raw is not None else labels]
    for channel in shown:
        labels.require_same_shape(channel)
    channels = _join_channels(labels, raw, tissue, settings)
    add_trackmate(fiji)
    has_raw = settings.cell_filter.min_mean_intensity is not None
    tissue_channel = len(channels) if tissue is not None else 0
    with translate_java_errors():
        detector = to_java_detector_map(
            settings.cell_filter,
            raw_channel=2 if has_raw else 0,
            tissue_channel=tissue_channel,
            tissue_labels=tissue.tissue_labels if tissue is not None else (),
            border_is_surface=settings.border_is_surface,
        )
        session = TrackMateClasses.TrackMateSession.make(
            to_java_hyperstack(channels, labels.name),
            detector,
            to_java_tracker_map(settings.link, settings.prune),
            TrackMateClasses.Logger.VOID_LOGGER,
        )
        image = to_java_hyperstack(shown, shown[0].name)
    return track(session, image)


def _join_channels(
    labels: LabelMovie, raw: Movie | None, tissue: Tissue | None, settings: TrackMateRunSettings
) -> list[Movie]:
    """Return labels, raw and tissue as far as the detector reads them, checked to fit."""
    if settings.cell_filter.min_mean_intensity is not None and raw is None:
        raise BadSettings("min_mean_intensity without a raw movie: give raw, or leave the limit out")
    channels: list[Movie] = [labels]
    if raw is not None:
        labels.require_same_shape(raw)
        if settings.cell_filter.min_mean_intensity is not None:
            channels.append(raw)
    if tissue is not None:
        tissue.require_fits(labels)
        channels.append(tissue.labels)
    return channels


def add_trackmate(fiji: str | os.PathLike[str] | None = None) -> None:
    """Put TrackMate on the class path of the JVM, which is started if need be; do nothing if it is there.

    Parameters
    ----------
    fiji
        See `run`.

    Raises
    ------
    TrackMateMissing, FijiUnusable, JvmUnavailable
        As `run`.
    """
    jars = find_trackmate_jars(fiji)
    folder = name_fiji(fiji)
    if not is_jvm_started():
        java = find_java() if folder is None else choose_java(open_fiji(folder))
        start_jvm(jvm=java.library, class_path=jars)
    else:
        start_jvm()
    first, second = jpype.getJVMVersion()[:2]
    require_java_for(jars, second if first == 1 else first)  # Java 8 calls itself 1.8
    known = set(str(jpype.getClassPath(env=False)).split(os.pathsep))
    for jar in jars:
        if str(jar) not in known:
            jpype.addClassPath(str(jar))
    # SciJava finds plug-ins through the class loader of the thread, which does not know jars that were added later
    loader = _find_loader()
    JavaClasses.Thread.currentThread().setContextClassLoader(loader)
    JavaClasses.System.setProperty(STRICT, "false")  # in a Java that somebody else started
    patch_imagej(jars)


def _find_loader() -> Any:
    """Return the class loader that holds TrackMate, without loading a class of ImageJ."""
    return jpype.JClass("io.github.volltrack.fiji.NamedModule", initialize=False).class_.getClassLoader()


def _save(session: Any, path: Path) -> TrackMateDocument:
    with translate_java_errors():
        session.save(JavaClasses.File(str(path.absolute())))
    return read_trackmate_xml(path)
