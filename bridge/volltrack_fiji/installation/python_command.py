"""The console script that Fiji's menu commands start: found, checked, and written down where Java reads it."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sysconfig
from pathlib import Path
from typing import Final

from volltrack_fiji.errors import BadCommand

__all__ = ["check_command", "find_command", "format_properties", "read_properties"]

_KEY: Final = "command"
_SECONDS_TO_ANSWER: Final = 120
"""The first start on a cold disk is slow."""


def find_command(given: str | None = None) -> Path:
    """Return the console script: `given`, else the one of the Python that runs.

    Parameters
    ----------
    given
        Name or path.

    Raises
    ------
    BadCommand
        There is no such script.
    """
    if given is None:
        script = Path(sysconfig.get_path("scripts")) / ("volltrack.exe" if os.name == "nt" else "volltrack")
        if not script.is_file():
            raise BadCommand(f"no script {script} beside this Python: name one with --command PATH")
        return script
    found = shutil.which(given)
    if found is None:
        what = "cannot be executed" if Path(given).exists() else "there is no such command"
        raise BadCommand(
            f"--command {given}: {what}; expected the path of the script, such as /home/me/env/bin/volltrack"
        )
    return Path(os.path.abspath(found))  # links stay: an environment's script may be one


def check_command(command: Path) -> str:
    """Return the version of volltrack that a console script answers with.

    Raises
    ------
    BadCommand
        It does not start, fails, or is another program.
    """
    advice = "install volltrack in that Python anew, or name another with 'volltrack fiji install --command PATH'"
    try:
        done = subprocess.run(
            [command, "--version"], capture_output=True, text=True, timeout=_SECONDS_TO_ANSWER, errors="replace"
        )
    except OSError as error:
        raise BadCommand(f"{command}: does not start ({error.strerror or error}); {advice}") from error
    except subprocess.TimeoutExpired as error:
        raise BadCommand(f"{command}: gave no answer within {_SECONDS_TO_ANSWER} s; {advice}") from error
    found = re.fullmatch(r"volltrack (\S+)\s*", done.stdout)
    if done.returncode or found is None:
        said = (done.stderr or done.stdout).strip()[-400:]
        raise BadCommand(f"{command} --version: ended with exit code {done.returncode} and said {said!r}; {advice}")
    return found[1]


def format_properties(command: Path) -> str:
    """Return the text of the file that names `command` to Java, in the format of Java's properties."""
    escaped = str(command).replace("\\", "\\\\")
    return f"# written by 'volltrack fiji install': the Python that BTrackMate's menu commands call\n{_KEY}={escaped}\n"


def read_properties(path: Path) -> str:
    """Return the command that such a file names; empty where there is none."""
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return ""
    found = re.findall(rf"^\s*{_KEY}\s*[=:]\s*(.*?)\s*$", text, flags=re.MULTILINE)
    return re.sub(r"\\(.)", r"\1", found[-1]) if found else ""
