"""A few spots or links of a file changed, and everything else byte for byte as it was.

``locate`` finds where elements stand, ``splice`` changes bytes there, ``spots`` and ``tracks`` are one edit each as
XML, ``regroup`` says which links then form which track, ``edit_file`` is the whole.
"""

from volltrack.io.trackmate_xml.edit.edit_file import edit_trackmate_xml
from volltrack.io.trackmate_xml.edit.name_image import name_image
from volltrack.io.trackmate_xml.edit.values import complete_edits

__all__ = ["complete_edits", "edit_trackmate_xml", "name_image"]
