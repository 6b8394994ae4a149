"""A full Fiji from Python: movies go there and come back, TrackMate files are opened, commands and macros run."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final, Literal

from volltrack.errors import BadSettings
from volltrack.model import Movie
from volltrack_fiji.convert.from_hyperstack import from_java_hyperstack
from volltrack_fiji.convert.hyperstack import to_java_hyperstack
from volltrack_fiji.errors import FijiUnusable, JvmUnavailable, MacroFailed, TrackMateMissing
from volltrack_fiji.fiji import VARIABLE, drop_logging, is_maven_coordinates, list_jars, make_absolute, require_imagej
from volltrack_fiji.gateway.imagej_start import start_imagej
from volltrack_fiji.jvm import JavaClasses, TrackMateClasses, jpype, translate_java_errors
from volltrack_fiji.macros import check_arguments, find_macro

__all__ = ["FijiGateway", "open_gateway"]

_MODES: Final = ("headless", "gui")
_SCREENLESS: Final = "java.awt.GraphicsEnvironment"

_opened: dict[tuple[str, str], FijiGateway] = {}
"""The gateway of this process, by Fiji and mode: at most one, as a process has one Java."""


class FijiGateway:
    """An open Fiji; made by `open_gateway`.

    Parameters
    ----------
    ij
        pyimagej's gateway, for everything that pyimagej can do.
    """

    def __init__(self, ij: Any) -> None:
        self.ij = ij

    @property
    def is_headless(self) -> bool:
        """Whether Java has no screen."""
        return bool(jpype.JClass(_SCREENLESS).isHeadless())

    def send(self, *channels: Movie, title: str | None = None) -> Any:
        """Return a calibrated ``ImagePlus`` of the channels, a copy; with a screen it is shown.

        Parameters
        ----------
        channels
            Movies, (T, Z, Y, X): labels, raw, tissue; see `volltrack_fiji.convert.hyperstack.to_java_hyperstack`.
        title
            Default: the name of the first.

        Raises
        ------
        BadSettings
            No channel.
        ShapeMismatch
            They do not fit together; a movie of one frame is repeated.
        BadValue
            Labels above 2^24.
        """
        if not channels:
            raise BadSettings("no movie to send: expected one or more")
        for other in channels[1:]:
            if other.n_frames > 1 or other.shape[1:] != channels[0].shape[1:]:
                channels[0].require_same_shape(other)
        image = to_java_hyperstack(list(channels), title or channels[0].name)
        if not self.is_headless:
            image.show()
        return image

    def fetch(self, image: Any = None, *, channel: int = 1) -> Movie:
        """Return a channel of an image as a movie, (T, Z, Y, X).

        Parameters
        ----------
        image
            ``ij.ImagePlus``, or an image's title in Fiji. Default: the active image.
        channel
            From 1 on.

        Raises
        ------
        BadSettings
            There is no such image.
        BadValue
            No such channel, or a colour image.
        """
        manager = jpype.JClass("ij.WindowManager")
        if isinstance(image, str):
            found, named = manager.getImage(image), f"image {image!r}"
        else:
            found, named = image if image is not None else manager.getCurrentImage(), "active image"
        if found is None:
            titles = [str(title) for title in manager.getImageTitles()]
            raise BadSettings(f"{named}: not open in Fiji; open are: {', '.join(titles) or 'none'}")
        return from_java_hyperstack(found, channel=channel)

    def open_tracks(self, path: str | os.PathLike[str]) -> Any:
        """Return the ``TrackMateSession`` of a TrackMate file; with a screen TrackMate's window is shown.

        Raises
        ------
        TrackMateMissing
            This Fiji lacks TrackMate or BTrackMate's plug-ins.
        JavaError
            TrackMate does not read the file, in its words.
        """
        self._require_plugins()
        with translate_java_errors():
            file = JavaClasses.File(str(make_absolute(path)))
            session = TrackMateClasses.TrackMateSession.open(file, TrackMateClasses.Logger.VOID_LOGGER)
            if not self.is_headless:
                session.show()
        return session

    def run_command(self, title: str, parameters: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a command of the menu and return its outputs.

        Parameters
        ----------
        title
            As in the menu: ``"Prune Short Tracklets..."``.
        parameters
            By the names that Java gives them, which are the recorded ones with their capitals: ``minTrackletLength``.
            Paths may be `Path` or text.

        Raises
        ------
        BadSettings
            No such command or parameter.
        MacroFailed
            The command was cancelled: its own words.
        """
        commands = self.ij.command().getCommands()
        found = [info for info in commands if info.getMenuPath().size() and str(info.getMenuPath().getLeaf()) == title]
        if not found:
            raise BadSettings(f"command {title!r}: not in the menu of this Fiji; expected a title such as 'Track...'")
        known = sorted(str(item.getName()) for item in found[0].inputs())
        for name in parameters or {}:
            if name not in known:
                raise BadSettings(f"{title}: parameter {name!r}: expected one of {', '.join(known)}")
        return self._run(title, lambda values: self.ij.command().run(found[0], True, values), parameters)

    def run_macro(self, macro: str | os.PathLike[str], arguments: Mapping[str, Any] | None = None) -> dict[str, Any]:
        """Run a macro in this Fiji and return its outputs.

        Parameters
        ----------
        macro
            Name of one of VollTrack's, such as ``"prune_xml"``, or the path of a script with ``#@`` parameters.
        arguments
            See `volltrack_fiji.macros.run_macro`.

        Raises
        ------
        BadSettings
            No such macro, or an argument that it does not take.
        MacroFailed
            It stopped before its end; what it said.
        """
        found = find_macro(macro)
        checked = check_arguments(found, arguments or {})
        file = JavaClasses.File(str(found.path.absolute()))
        with self._listen() as said:
            outputs = self._run(found.name, lambda values: self.ij.script().run(file, True, values), checked)
        if any(outputs.get(name) is None for name in found.outputs):
            lines = "".join(said).splitlines()
            text = "\n".join(drop_logging(lines) or lines).strip() or "stopped before its end"
            raise MacroFailed(f"macro {found.name}: {text}")
        return outputs

    @contextmanager
    def _listen(self) -> Iterator[list[str]]:
        """Collect what Java prints in the block."""
        said: list[str] = []
        listener = jpype.JProxy(
            "org.scijava.console.OutputListener",
            dict={"outputOccurred": lambda event: said.append(str(event.getOutput()))},
        )
        self.ij.console().addOutputListener(listener)
        try:
            yield said
        finally:
            self.ij.console().removeOutputListener(listener)

    def _run(self, name: str, start: Any, parameters: Mapping[str, Any] | None) -> dict[str, Any]:
        values = JavaClasses.HashMap()
        for key, value in (parameters or {}).items():
            values.put(key, self.ij.py.to_java(str(value) if isinstance(value, Path) else value))
        with translate_java_errors():
            module = start(values).get()
        if isinstance(module, jpype.JClass("org.scijava.Cancelable")) and module.isCanceled():
            raise MacroFailed(f"{name}: {module.getCancelReason() or 'cancelled'}")
        return {
            str(key): self.ij.py.from_java(value) if value is not None else None
            for key, value in dict(module.getOutputs()).items()
        }

    def _require_plugins(self) -> None:
        for name, what in (
            ("fiji.plugin.trackmate.TrackMate", "TrackMate"),
            ("io.github.volltrack.fiji.session.TrackMateSession", "BTrackMate's plug-ins"),
        ):
            try:
                jpype.JClass(name)
            except TypeError as error:
                raise TrackMateMissing(f"this Fiji has no {what}: run 'volltrack fiji install FOLDER' on it") from error


def open_gateway(
    fiji: str | os.PathLike[str] | None = None,
    *,
    mode: Literal["headless", "gui"] = "headless",
    jvm: str | os.PathLike[str] | None = None,
    options: tuple[str, ...] = (),
) -> FijiGateway:
    """Open a full Fiji in this process, through pyimagej; a second call with the same Fiji returns the first.

    Parameters
    ----------
    fiji
        Folder of Fiji, or Maven coordinates such as ``"sc.fiji:fiji"``. Default: the variable VOLLTRACK_FIJI.
    mode
        ``"headless"``, or ``"gui"`` to show Fiji's windows; Python goes on in both.
    jvm, options
        See `volltrack_fiji.jvm.start_jvm`; for example ``options=("-Xmx8g",)``.

    Raises
    ------
    BadSettings
        No Fiji named, or another mode.
    FijiUnusable
        The folder is no complete Fiji.
    MissingPackage, JvmUnavailable, JvmStartFailed
        See `volltrack_fiji.gateway.start_imagej`; also if another Fiji, or this one in the other mode, is open.

    Notes
    -----
    From then on every function of `volltrack_fiji` uses this Java.
    """
    if mode not in _MODES:
        raise BadSettings(f"mode {mode!r}: expected one of {', '.join(_MODES)}")
    named = os.fspath(fiji or os.environ.get(VARIABLE, ""))
    if not named:
        raise BadSettings(f"no Fiji named: give its folder or Maven coordinates, or set the variable {VARIABLE}")
    if not is_maven_coordinates(named):
        folder = make_absolute(named).resolve()
        require_imagej(folder)
        list_jars(folder)
        named = str(folder)
    if (named, mode) in _opened:
        return _opened[named, mode]
    if _opened:
        other, its_mode = next(iter(_opened))
        raise JvmUnavailable(f"{other} ({its_mode}) is open in this process: use another process for {named} ({mode})")
    ij = start_imagej(named, headless=mode == "headless", jvm=jvm, options=options)
    gateway = FijiGateway(ij)
    if mode == "gui":
        if gateway.is_headless:
            raise FijiUnusable(f"{named}: Java sees no screen; use mode 'headless', or check the variable DISPLAY")
        ij.ui().showUI()
    _opened[named, mode] = gateway
    return gateway
