"""What a person or a program sees of a command: bars, results, events, and how it ends when a signal comes."""

from volltrack.apps.cli.terminal.bars import ProgressBars
from volltrack.apps.cli.terminal.events import are_events_on, print_event, turn_events_on
from volltrack.apps.cli.terminal.interruption import Interruption, has_been_interrupted
from volltrack.apps.cli.terminal.output import print_result

__all__ = [
    "Interruption",
    "ProgressBars",
    "are_events_on",
    "has_been_interrupted",
    "print_event",
    "print_result",
    "turn_events_on",
]
