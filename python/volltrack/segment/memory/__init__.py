"""Large frames in little memory: how much may be taken, and steps that work part by part."""

from volltrack.segment.memory.free_memory import free_memory_bytes

__all__ = ["free_memory_bytes"]
