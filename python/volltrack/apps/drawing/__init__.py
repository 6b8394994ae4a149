"""Pictures of tracks, labels and numbers, drawn from arrays and tables by matplotlib or as SVG.

One picture of a whole result (`overview`), one plane beside several segmentations (`segmentations`), curves of a
comparison (`comparison`), tracks over a movie (`projection`); `plots` of numbers, lineage `trees`, the `roles` of
tracklets with their colours. Commands, report, analysis and napari use them.
"""

from typing import TYPE_CHECKING

from volltrack.lazy_names import look_up_in

if TYPE_CHECKING:
    from volltrack.apps.drawing.comparison import draw_comparison
    from volltrack.apps.drawing.overview import draw_overview
    from volltrack.apps.drawing.projection import draw_projection
    from volltrack.apps.drawing.roles import DAUGHTER, PARENT, ROLE_COLORS, ROLE_NAMES, SINGLE, find_roles
    from volltrack.apps.drawing.segmentations import draw_segmentations
    from volltrack.apps.drawing.svg_figure import INK, convert_to_svg, page_style

__all__ = [
    "DAUGHTER",
    "INK",
    "PARENT",
    "ROLE_COLORS",
    "ROLE_NAMES",
    "SINGLE",
    "convert_to_svg",
    "draw_comparison",
    "draw_overview",
    "draw_projection",
    "draw_segmentations",
    "find_roles",
    "page_style",
]

__getattr__ = look_up_in(
    __name__,
    {
        "comparison": ("draw_comparison",),
        "overview": ("draw_overview",),
        "projection": ("draw_projection",),
        "roles": ("DAUGHTER", "PARENT", "ROLE_COLORS", "ROLE_NAMES", "SINGLE", "find_roles"),
        "segmentations": ("draw_segmentations",),
        "svg_figure": ("INK", "convert_to_svg", "page_style"),
    },
)
