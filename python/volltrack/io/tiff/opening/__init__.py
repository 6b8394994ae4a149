"""How a TIFF is opened: which images it holds, whether all of one is there, and whether its sizes can be true."""

from volltrack.io.tiff.opening.library_errors import TIFFFILE_ERRORS, quiet_tifffile
from volltrack.io.tiff.opening.missing_planes import MissingPlanes
from volltrack.io.tiff.opening.scenes import Scene
from volltrack.io.tiff.opening.series import OpenedImage, open_image

__all__ = ["TIFFFILE_ERRORS", "MissingPlanes", "OpenedImage", "Scene", "open_image", "quiet_tifffile"]
