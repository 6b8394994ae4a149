"""Macros for Fiji: VollTrack's own and others, their parameters, and running one without a screen."""

from volltrack_fiji.macros.macro_file import Macro, check_arguments, find_macro, read_macro
from volltrack_fiji.macros.own_macros import find_macros
from volltrack_fiji.macros.own_process import MacroResult, run_macro

__all__ = ["Macro", "MacroResult", "check_arguments", "find_macro", "find_macros", "read_macro", "run_macro"]
