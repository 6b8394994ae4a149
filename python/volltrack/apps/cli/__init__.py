"""The command `volltrack`: `main` finds the subcommand, `commands` hold one module each.

`options` are what several of them share and what they choose; `terminal` is bars, results, events and signals.
"""
