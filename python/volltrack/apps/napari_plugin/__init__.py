"""The napari plugin: tracks as layers, a track explorer, a track editor; the only room that imports napari and Qt.

`start` is `volltrack napari`, `contributions` what napari itself calls; both open a `session` whose edits are those of
`volltrack.edit`.
"""
