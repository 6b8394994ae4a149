"""A signal that comes while Python cannot raise is raised once more, but never after the command has ended."""

import subprocess
import sys

PROGRAM = """
import os, signal, time
from volltrack.apps.cli.terminal.interruption import Interruption

class Deaf:
    def __del__(self):
        os.kill(os.getpid(), signal.SIGTERM)  # the error is raised here, where Python swallows it
        for _ in range(100):
            pass

with Interruption() as interruption:
    try:
        deaf = Deaf()
        del deaf
        WAIT
    except KeyboardInterrupt:
        print("interrupted")
print(interruption.has_come)
time.sleep(0.3)
print("ended by itself")
"""


def run(wait: str) -> tuple[int, list[str]]:
    done = subprocess.run([sys.executable, "-c", PROGRAM.replace("WAIT", wait)], capture_output=True, text=True)
    return done.returncode, done.stdout.splitlines()


def test_swallowed_interruption_is_raised_again():
    code, said = run("time.sleep(20)")
    assert (code, said[0], said[-1]) == (0, "interrupted", "ended by itself")


def test_command_that_ended_meanwhile_is_not_interrupted_again():
    code, said = run("pass")
    assert (code, said[-1]) == (0, "ended by itself")
    assert "interrupted" not in said
