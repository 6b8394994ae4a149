"""The optional packages that hold the networks, imported when they are needed and never before."""

from __future__ import annotations

import contextlib
import importlib
import importlib.util
import io
import logging
import os
import sys
import tempfile
import warnings
from collections.abc import Iterator
from types import ModuleType

from volltrack.errors import MissingPackage

__all__ = ["import_hdf5", "import_matching", "import_network_package", "is_installed", "quiet_libraries"]

_LOG = logging.getLogger(__name__)

_INSTALL = "install them with: pip install 'volltrack[segment]'; `ClassicalSettings` segments without them"


def import_network_package(name: str) -> ModuleType:
    """Return a module of TensorFlow, stardist, csbdeep or n2v.

    Parameters
    ----------
    name
        Full module name, such as ``"stardist.models"``.

    Raises
    ------
    MissingPackage
        With the command that installs what is missing.
    """
    package = name.split(".")[0]
    try:
        with quiet_libraries():
            os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")  # else it tells every user how it was compiled
            if sys.modules.get("tensorflow") is None:  # None stands for one that must not be imported
                with _hold_back_stderr():
                    importlib.import_module("tensorflow")
            return importlib.import_module(name)
    except ImportError as error:
        if package == "n2v" and error.name == "n2v":
            raise MissingPackage(
                "n2v is not installed, which Noise2Void needs; install it with: pip install --no-deps n2v==0.3.3 "
                "(without --no-deps pip replaces csbdeep by a version that does not work with it)"
            ) from error
        raise MissingPackage(f"the networks need {package}, which cannot be imported ({error}); {_INSTALL}") from error


def import_hdf5() -> ModuleType:
    """Return `h5py`, which needs no TensorFlow.

    Raises
    ------
    MissingPackage
        With the command that installs what is missing.
    """
    try:
        return importlib.import_module("h5py")
    except ImportError as error:
        raise MissingPackage(f"the networks need h5py, which cannot be imported ({error}); {_INSTALL}") from error


def import_matching() -> ModuleType:
    """Return `stardist.matching`, which needs no TensorFlow.

    Raises
    ------
    MissingPackage
        With the command that installs what is missing.
    """
    try:
        with quiet_libraries():
            return importlib.import_module("stardist.matching")
    except ImportError as error:
        raise MissingPackage(
            f"matching objects needs stardist, which cannot be imported ({error}); install it with: "
            "pip install 'volltrack[segment]'"
        ) from error


def is_installed(package: str = "stardist") -> bool:
    """Whether the package is there, without importing it."""
    return importlib.util.find_spec(package) is not None and importlib.util.find_spec("tensorflow") is not None


@contextlib.contextmanager
def quiet_libraries() -> Iterator[None]:
    """Send what the libraries print to the log, and hide their warnings about their own insides.

    Ctrl-C inside their compiled code comes out as whatever error that code makes of it; here it is itself again.
    """
    printed = io.StringIO()
    with warnings.catch_warnings(), contextlib.redirect_stdout(printed), contextlib.redirect_stderr(printed):
        warnings.simplefilter("ignore")
        try:
            yield
        except Exception as error:
            if _was_interrupted(error):
                raise KeyboardInterrupt from error
            raise
        finally:
            for line in filter(str.strip, printed.getvalue().splitlines()):
                _LOG.debug("%s", line.strip())


def _was_interrupted(error: BaseException) -> bool:
    """Whether an error was made of Ctrl-C: it came from it, or tells of it in the words of a library."""
    seen: set[int] = set()
    waiting: list[BaseException | None] = [error]
    while waiting:
        one = waiting.pop()
        if one is None or id(one) in seen:
            continue
        seen.add(id(one))
        if isinstance(one, KeyboardInterrupt):
            return True
        waiting += [one.__cause__, one.__context__]
    return "KeyboardInterrupt" in str(error)


@contextlib.contextmanager
def _hold_back_stderr() -> Iterator[None]:
    """Send what compiled code writes to the error stream to the log; where the code fails, show it.

    TensorFlow's C++ logger, before it is set up, heeds no level.
    """
    try:
        kept = os.dup(2)
    except OSError:  # a window without an error stream
        yield
        return
    with tempfile.TemporaryFile() as held:
        os.dup2(held.fileno(), 2)
        failed = True
        try:
            yield
            failed = False
        except KeyboardInterrupt:  # no failure of the code
            failed = False
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)
            held.seek(0)
            written = held.read()
            if failed:
                os.write(2, written)
            for line in filter(str.strip, written.decode(errors="replace").splitlines()):
                _LOG.debug("%s", line.strip())
