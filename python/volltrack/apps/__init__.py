"""What a person starts.

`drawing` (pictures that several use), `jobs` (a run, a segmentation, a linking ... on files), `report` and `analysis`
(what is shown of tracks), `cli` and `napari_plugin` (the doors). Each may import those before it.
"""
