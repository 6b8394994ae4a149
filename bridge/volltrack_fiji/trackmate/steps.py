"""TrackMate step by step, so that Ctrl-C ends it and cells are measured in the image that the file names."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from typing import Any, Final

from volltrack_fiji.errors import JavaError
from volltrack_fiji.jvm import JavaClasses, TrackMateClasses, translate_java_errors

__all__ = ["track"]

_OWN: Final = "io.github.volltrack."
_POLL_S: Final = 0.2
_STOP_S: Final = 10.0
"""How long a cancelled step may take to end; what TrackMate cannot cancel goes on without being waited for."""

_log = logging.getLogger(__name__)


def track(session: Any, shown: Any) -> Any:
    """Return the session that has found, linked and pruned the cells of `session` and measured them in `shown`.

    Parameters
    ----------
    session
        ``TrackMateSession`` on an image that holds all that the detector reads (labels, raw, tissue).
    shown
        ``ij.ImagePlus`` of the same size: the image that the file is to name. Features of channels are of its channels.

    Raises
    ------
    JavaError
        TrackMate refuses, in its words.
    KeyboardInterrupt
        Ctrl-C; TrackMate was cancelled.

    Notes
    -----
    BTrackMate's own analyzers read labels and tissue, so they see the first image, all others the second.
    """
    found = session.trackmate()
    _set_analyzers(found.getSettings(), lambda analyzer: _is_own(analyzer))
    _run(found, ["checkInput"], [])
    _run(found, ["execDetection", "execInitialSpotFiltering"], [])
    _run(found, ["computeSpotFeatures"], [False])
    with translate_java_errors():
        settings = found.getSettings().copyOn(shown)
        everything = list(settings.getSpotAnalyzerFactories())
        measured = TrackMateClasses.TrackMate(found.getModel(), settings)
    _set_analyzers(settings, lambda analyzer: not _is_own(analyzer))
    _run(measured, ["computeSpotFeatures"], [False])
    _put_analyzers(settings, everything)
    _run(measured, ["execSpotFiltering"], [False])
    _run(measured, ["execTracking"], [])
    _run(measured, ["computeEdgeFeatures", "computeTrackFeatures", "execTrackFiltering"], [False])
    display = TrackMateClasses.DisplaySettingsIO.readUserDefault().copy("CurrentDisplaySettings")
    return TrackMateClasses.TrackMateSession.of(measured, display)


def _is_own(analyzer: Any) -> bool:
    return str(analyzer.getClass().getName()).startswith(_OWN)


def _set_analyzers(settings: Any, keep: Callable[[Any], bool]) -> None:
    _put_analyzers(settings, [analyzer for analyzer in settings.getSpotAnalyzerFactories() if keep(analyzer)])


def _put_analyzers(settings: Any, analyzers: list[Any]) -> None:
    settings.clearSpotAnalyzerFactories()
    for analyzer in analyzers:
        settings.addSpotAnalyzerFactory(analyzer)


def _run(trackmate: Any, steps: list[str], arguments: list[Any]) -> None:
    """Run steps in a thread of their own: a thread in Java does not see Ctrl-C, this one does."""
    for step in steps:
        _log.info("TrackMate: %s", step)
        done: list[bool] = []
        failed: list[BaseException] = []
        loader = JavaClasses.Thread.currentThread().getContextClassLoader()
        work = threading.Thread(target=_call, args=(trackmate, step, arguments, loader, done, failed), daemon=True)
        work.start()
        try:
            while work.is_alive():
                work.join(_POLL_S)
        except KeyboardInterrupt:
            trackmate.cancel("interrupted")
            work.join(_STOP_S)
            raise
        if failed:
            raise failed[0]
        if not done[0]:
            raise JavaError(f"{_OWN}fiji.session.SessionFailed", str(trackmate.getErrorMessage()), "")


def _call(
    trackmate: Any, step: str, arguments: list[Any], loader: Any, done: list[bool], failed: list[BaseException]
) -> None:
    try:
        with translate_java_errors():
            JavaClasses.Thread.currentThread().setContextClassLoader(loader)
            done.append(bool(getattr(trackmate, step)(*arguments)))
    except BaseException as error:  # noqa: BLE001 - it is raised again in the thread that waits
        failed.append(error)
