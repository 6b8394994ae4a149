"""The method that chooses among the others, by looking at a few frames."""

from volltrack.segment.automatic.settings import AutomaticSettings

__all__ = ["AutomaticSettings"]
