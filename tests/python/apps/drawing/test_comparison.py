"""The comparison is drawn, and a table that is none is refused."""

import pandas as pd
import pytest

from volltrack.apps.drawing.comparison import draw_comparison
from volltrack.errors import BadTable


def test_picture_shows_each_method(tmp_path):
    columns = {"TAU": [0.1, 0.5], "PRECISION": [1, 0.5], "RECALL": [1, 0.6], "F1": [1, 0.55], "AP": [1, 0.4]}
    matching = pd.concat([pd.DataFrame({"METHOD": m, **columns}) for m in ("VollSeg", "U-Net")])
    forms = pd.DataFrame({"METHOD": ["VollSeg", "U-Net"], "MSE": [0.1, 0.2], "SSIM": [0.9, 0.8]})
    draw_comparison(matching, forms, tmp_path / "comparison.svg")
    drawn = (tmp_path / "comparison.svg").read_text()
    assert len(drawn) > 10_000
    with pytest.raises(BadTable, match="lacks AP"):
        draw_comparison(matching.drop(columns="AP"), forms, tmp_path / "no.png")
    assert not (tmp_path / "no.png").exists()
