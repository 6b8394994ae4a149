"""Pictures of tracks, labels and numbers, drawn from arrays and tables by matplotlib or as SVG.

One picture of a whole result (`overview`), one plane beside several segmentations (`segmentations`), curves of a
comparison (`comparison`), tracks over a movie (`projection`); `plots` of numbers, lineage `trees`, the `roles` of
tracklets with their colours. Commands, report, analysis and napari use them.
"""
