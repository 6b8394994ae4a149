"""VollTrack's macros, run without a screen in a Fiji of their own process."""

from __future__ import annotations

import logging
import os
import re
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from volltrack.errors import BadSettings
from volltrack_fiji.errors import JvmUnavailable, MacroFailed
from volltrack_fiji.fiji import VARIABLE, choose_java, drop_logging, list_jars, name_fiji, open_fiji, require_imagej
from volltrack_fiji.jvm import choose_options
from volltrack_fiji.macros.macro_file import Macro, check_arguments, find_macro

__all__ = ["MacroResult", "run_macro"]

_OUTPUT: Final = re.compile(r"^\[INFO\] (\w+) = (.*)$")
_MAX_LINES: Final = 30

_logger = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class MacroResult:
    """What a macro gave.

    Parameters
    ----------
    outputs
        Text of each ``#@output``, by name.
    log
        All that Fiji printed.
    """

    outputs: dict[str, str]
    log: str


def run_macro(
    macro: str | os.PathLike[str],
    arguments: Mapping[str, Any] | None = None,
    *,
    fiji: str | os.PathLike[str] | None = None,
    jvm: str | os.PathLike[str] | None = None,
    options: tuple[str, ...] = (),
    timeout_s: float | None = None,
) -> MacroResult:
    """Run a macro headless and return its outputs and log; Fiji runs in a process of its own.

    Parameters
    ----------
    macro
        ``"segment_folder"``, ``"labels_to_xml"``, ``"prune_xml"``, ``"xml_to_napari"``, or the path of any script with
        ``#@`` parameters.
    arguments
        By the names in the macro's ``#@`` lines; paths count from the current folder.
    fiji
        Folder of Fiji, with BTrackMate installed. Default: the variable VOLLTRACK_FIJI.
    jvm, options
        See `volltrack_fiji.jvm.start_jvm`.
    timeout_s
        Seconds after which the macro is stopped. Default: never.

    Raises
    ------
    BadSettings
        No Fiji named, no such macro, or arguments that it does not take.
    FijiUnusable
        The folder is no complete Fiji.
    JvmUnavailable
        No Java, or one too old for this Fiji.
    MacroFailed
        The macro stopped before its end, or took too long: its own words.

    Notes
    -----
    Each call starts Fiji anew, some 5 s; `volltrack_fiji.gateway.FijiGateway.run_macro` keeps one open.
    """
    found = find_macro(macro)
    checked = check_arguments(found, arguments or {})
    folder = name_fiji(fiji)
    if folder is None:
        raise BadSettings(f"no Fiji named: give the argument fiji, or set the variable {VARIABLE}")
    require_imagej(folder)
    command = _make_command(folder, found, checked, jvm, options)
    _logger.info("running %s in %s", found.path, folder)
    try:
        done = subprocess.run(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            errors="replace",
            timeout=timeout_s,
            check=False,
        )
    except OSError as error:
        raise JvmUnavailable(f"{command[0]}: cannot be started: {error}") from error
    except subprocess.TimeoutExpired as error:
        raise MacroFailed(
            f"macro {found.name}: not done after {timeout_s} s and stopped; what it wrote is kept"
        ) from error
    return _read_result(found, done)


def _make_command(
    folder: Path,
    macro: Macro,
    arguments: Mapping[str, str],
    jvm: str | os.PathLike[str] | None,
    options: tuple[str, ...],
) -> list[str]:
    java = choose_java(open_fiji(folder), jvm)
    jars = list_jars(folder)
    given = ",".join(f"{name}={_quote(value)}" for name, value in arguments.items())
    return [
        str(java.command),
        *choose_options(java, headless=True),
        *options,
        "-Dfile.encoding=UTF-8",
        "-Dstdout.encoding=UTF-8",
        f"-Dij.dir={folder}",
        f"-Dplugins.dir={folder / 'plugins'}",
        "-cp",
        os.pathsep.join(map(str, jars)),
        "net.imagej.Main",
        "--headless",
        "--run",
        str(macro.path.absolute()),
        *([given] if given else []),
    ]


def _quote(text: str) -> str:
    """Return a text as SciJava's parser reads it."""
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _read_result(macro: Macro, done: subprocess.CompletedProcess[str]) -> MacroResult:
    lines = done.stdout.splitlines()
    found = {match[1]: match[2] for line in lines if (match := _OUTPUT.match(line))}
    outputs = {name: found[name] for name in macro.outputs if found.get(name, "null") != "null"}
    if done.returncode != 0 or len(outputs) < len(macro.outputs):
        said = drop_logging(lines) or lines  # the log of a library says more than nothing
        text = "\n".join(said[-_MAX_LINES:]).strip() or f"exit code {done.returncode}"
        raise MacroFailed(f"macro {macro.name}: {text}")
    return MacroResult(outputs=outputs, log=done.stdout)
