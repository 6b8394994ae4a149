"""What stands beside a session while its window is open.

Its layers are kept as it is; its file is locked, and looked at; images that do not fit and edits that were left are
asked about.
"""

from volltrack.apps.napari_plugin.watching.attach import attach

__all__ = ["attach"]
