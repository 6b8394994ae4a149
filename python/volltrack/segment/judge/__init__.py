"""How good labels are, without the truth: how likely each object is a cell, and what F1 is to be expected."""

from volltrack.segment.judge.expectation import Looks, expect_f1
from volltrack.segment.judge.plausibility import Verdict, drop_implausible, judge_labels

__all__ = ["Looks", "Verdict", "drop_implausible", "expect_f1", "judge_labels"]
