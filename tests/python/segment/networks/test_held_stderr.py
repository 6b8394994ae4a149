"""What TensorFlow's compiled code says at its start is held back, unless the start fails."""

import os

import pytest

from volltrack.segment.networks.packages import _hold_back_stderr


def test_talk_is_held_back_and_the_stream_given_back(capfd):
    with _hold_back_stderr():
        os.write(2, b"I0000 chatter\n")
    os.write(2, b"ours\n")
    assert capfd.readouterr().err == "ours\n"


def test_talk_of_a_failure_is_shown(capfd):
    def fail():
        with _hold_back_stderr():
            os.write(2, b"the reason\n")
            raise ImportError("no such library")

    with pytest.raises(ImportError):
        fail()
    assert capfd.readouterr().err == "the reason\n"
