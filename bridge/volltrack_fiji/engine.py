"""`volltrack link --engine trackmate`: the real TrackMate in place of VollTrack's own linking."""

from __future__ import annotations

from typing import Any

from volltrack import __version__
from volltrack.apps.jobs.tracks.link_by_engine import EngineJob, EngineResult
from volltrack.io.trackmate_xml import read_trackmate_xml
from volltrack_fiji.jvm import JavaClasses, translate_java_errors
from volltrack_fiji.trackmate import TrackMateRunSettings, track_in_java

__all__ = ["link_labels"]


def link_labels(job: EngineJob) -> EngineResult:
    """Let TrackMate find, filter, link and prune the cells of a label movie and write its XML.

    The XML names the files that the movies came from, so that it can be run again in Fiji.

    Raises
    ------
    BadSettings
        A method of linking that TrackMate's LAP tracker is not.
    TrackMateMissing, JvmUnavailable, JavaError
        See `volltrack_fiji.trackmate.run`.
    """
    settings = TrackMateRunSettings(
        cell_filter=job.settings.filter,
        link=job.link,
        prune=job.settings.prune,
        border_is_surface=job.settings.measure.border_is_surface,
    )
    session = track_in_java(
        job.movies.labels, job.movies.raw, job.movies.tissue, settings, fiji=job.program, shown=job.shown
    )
    with translate_java_errors():
        _name_files(session.trackmate().getSettings(), job)
        n_pruned = int(session.trackmate().getSettings().trackerFactory.removedTracklets())
        note = f"VollTrack {__version__}: {job.note}\nPruned tracklets: {n_pruned}\n"
        session.save(JavaClasses.File(str(job.out.absolute())), note)
    return EngineResult(lineage=read_trackmate_xml(job.out).lineage, n_pruned_tracklets=n_pruned)


def _name_files(java_settings: Any, job: EngineJob) -> None:
    """Put files in the place of the channels that were joined in memory."""
    java_settings.imageFileName = job.image.filename
    java_settings.imageFolder = job.image.folder
    detector = java_settings.detectorSettings
    if job.label_file is not None:
        detector.put("LABEL_FILE", JavaClasses.String(str(job.label_file)))
    if job.tissue_file is not None:
        detector.put("TISSUE_CHANNEL", JavaClasses.Integer(0))
        detector.put("TISSUE_FILE", JavaClasses.String(str(job.tissue_file)))
    if int(detector.get("INTENSITY_CHANNEL")):
        detector.put("INTENSITY_CHANNEL", JavaClasses.Integer(1))
