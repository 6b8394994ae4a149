"""The methods that there are, by name: for ``run.toml``, for the command line, for whoever looks for one.

A new method is a folder of its own, with a class for its settings and one for itself (see `volltrack.model.methods`),
and a line here. Nothing is imported before a method is asked for.
"""

from __future__ import annotations

import difflib
import importlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final, Generic, TypeVar

from volltrack.errors import BadSettings

if TYPE_CHECKING:  # the names alone are read by each command; the model needs pandas
    from volltrack.model.methods import LinkerSettings, MethodSettings, SegmenterSettings

__all__ = ["LINKERS", "SEGMENTERS", "Entry", "MethodRegistry"]

S = TypeVar("S", bound="MethodSettings")


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One method.

    Parameters
    ----------
    settings
        Class of its settings as ``module:Class``.
    about
        What it is, in a line, for help.
    fixed
        Settings that the name decides, where several methods share a class.
    """

    settings: str
    about: str
    fixed: Mapping[str, Any] = field(default_factory=dict)


class MethodRegistry(Generic[S]):
    """Methods of one kind by name.

    Parameters
    ----------
    what
        What they are, for messages.
    default
        The one that a section of settings without a name means.
    entries
        The methods.
    old_names
        What older files call them: class names of settings.
    """

    def __init__(self, what: str, *, default: str, entries: dict[str, Entry], old_names: Mapping[str, str]) -> None:
        self.what, self.default, self.entries, self.old_names = what, default, entries, old_names

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all methods."""
        return tuple(self.entries)

    def describe(self) -> str:
        """Return a line for each method: its name, and what it is."""
        return "; ".join(f"{name}: {entry.about}" for name, entry in self.entries.items())

    def find(self, name: str) -> tuple[type[S], Mapping[str, Any]]:
        """Return the settings class of a method, and the settings that its name decides.

        Raises
        ------
        BadSettings
            There is no such method; names the nearest.
        """
        if name in self.old_names:
            return self._import(self.old_names[name]), {}
        if name not in self.entries:
            near = difflib.get_close_matches(name, self.entries, n=1, cutoff=0.6)
            hint = f"did you mean {near[0]!r}?" if near else f"expected one of {', '.join(self.entries)}"
            raise BadSettings(f"no {self.what} is named {name!r}: {hint}")
        entry = self.entries[name]
        return self._import(entry.settings), entry.fixed

    def require_name(self, name: str, settings: S) -> None:
        """Check that settings that were read under a name make the method of that name.

        Raises
        ------
        BadSettings
            They make another, as when networks are named that are not its.
        """
        if name not in self.old_names and settings.method != name:
            raise BadSettings(
                f"{self.what} {name!r} with settings of {settings.method!r}: give that name, or other settings"
            )

    def name_of(self, settings: S) -> str:
        """Return the name of the method that the settings make."""
        return settings.method

    def fixed_of(self, settings: S) -> Mapping[str, Any]:
        """Return the settings that the name of their method decides; empty for one that is not registered."""
        entry = self.entries.get(settings.method)
        return {} if entry is None else entry.fixed

    def make_settings(self, name: str) -> S:
        """Return the defaults of a method.

        Raises
        ------
        BadSettings
            There is no such method, or it has no defaults, as without the networks that it needs.
        """
        cls, fixed = self.find(name)
        return cls(**fixed)

    def _import(self, path: str) -> type[S]:
        module, _, name = path.partition(":")
        found: type[S] = getattr(importlib.import_module(module), name)
        return found


_NETWORKS: Final = "volltrack.segment.vollseg.network_settings:NetworkSettings"
_CLASSICAL: Final = "volltrack.segment.classical.settings:ClassicalSettings"
_TRACKMATE: Final = "volltrack.link.trackmate.settings:LinkSettings"
_LIKELIHOOD: Final = "volltrack.link.likelihood.settings:LikelihoodLinkSettings"

SEGMENTERS: Final[MethodRegistry[SegmenterSettings]] = MethodRegistry(
    "segmenter",
    default="classical",
    entries={
        "automatic": Entry(
            settings="volltrack.segment.automatic.settings:AutomaticSettings", about="the best of the others (default)"
        ),
        "classical": Entry(settings=_CLASSICAL, about="no network: blobs, watershed"),
        "vollseg": Entry(settings=_NETWORKS, about="StarDist and U-Net joined"),
        "stardist": Entry(settings=_NETWORKS, about="StarDist alone"),
        "unet": Entry(settings=_NETWORKS, about="U-Net alone"),
        "denoise": Entry(settings=_NETWORKS, about="no cells, only denoised or tissue images"),
        "given": Entry(settings="volltrack.segment.given:GivenLabelsSettings", about="a label movie that is there"),
    },
    old_names={"ClassicalSettings": _CLASSICAL, "NetworkSettings": _NETWORKS},
)

LINKERS: Final[MethodRegistry[LinkerSettings]] = MethodRegistry(
    "linker",
    default="likelihood",
    entries={
        "likelihood": Entry(settings=_LIKELIHOOD, about="VollTrack's own, settings from the data"),
        "lap": Entry(settings=_TRACKMATE, about="TrackMate's sparse LAP", fixed={"method": "lap"}),
        "kalman": Entry(settings=_TRACKMATE, about="TrackMate's Kalman", fixed={"method": "kalman"}),
        "advanced-kalman": Entry(
            settings=_TRACKMATE, about="TrackMate's advanced Kalman", fixed={"method": "advanced-kalman"}
        ),
        "overlap": Entry(settings=_TRACKMATE, about="labels that share voxels", fixed={"method": "overlap"}),
    },
    old_names={"LineageLinkSettings": _LIKELIHOOD, "lineage": _LIKELIHOOD, "LinkSettings": _TRACKMATE},
)
