"""A method at work in another process, as on a cluster: it travels by pickle, and what comes out travels back."""

from __future__ import annotations

import os
import pickle
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from volltrack.testing.contracts.promise import ContractBroken

__all__ = ["call_elsewhere"]

_PROGRAM = (
    "import pickle, sys; method, name, args = pickle.load(open(sys.argv[1], 'rb')); "
    "pickle.dump(getattr(method, name)(*args), open(sys.argv[2], 'wb'))"
)


def call_elsewhere(method: Any, name: str, *args: Any, timeout_s: float = 300.0) -> Any:
    """Return ``method.name(*args)`` of a new Python process that sees the same modules.

    Raises
    ------
    ContractBroken
        It could not be sent, or failed there; with the last line that the process wrote.
    """
    with tempfile.TemporaryDirectory() as folder:
        there, back = Path(folder) / "there.pickle", Path(folder) / "back.pickle"
        try:
            there.write_bytes(pickle.dumps((method, name, args)))
        except (pickle.PicklingError, TypeError, AttributeError) as error:
            raise ContractBroken(f"a method and what it works on can be pickled: {error}") from error
        done = subprocess.run(
            [sys.executable, "-c", _PROGRAM, str(there), str(back)],
            env=os.environ | {"PYTHONPATH": os.pathsep.join(path for path in sys.path if path)},
            capture_output=True,
            text=True,
            timeout=timeout_s,
            check=False,
        )
        if done.returncode != 0:
            last = done.stderr.strip().splitlines()[-1:] or [f"exit code {done.returncode}"]
            raise ContractBroken(f"a method works in another process as it does here: {last[0]}")
        return pickle.loads(back.read_bytes())
