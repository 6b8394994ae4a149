"""VollSeg, StarDist alone and U-Net alone on held-out synthetic membrane tissue of low signal: the paper's comparison.

Run with: python benchmarks/segment/compare_methods.py --out FOLDER [--star F --unet F] [--stacks 8] [--rules]
Networks are the shipped ones for membranes, or model folders. "StarDist" is the library's own `predict_instances` with
the thresholds of the model; "StarDist, peaks" are the objects that VollSeg begins with, which come from the peaks of
the same probability map. Writes the two tables, the curves and a picture of one plane; `--rules` prints the scores of
every seed rule from the same network outputs. The stacks have seeds that no training, search of thresholds or choice
of settings has seen; settings are chosen with `--first 6000000`. Ends with status 1 where VollSeg is worse than
StarDist or U-Net in F1 or AP up to an overlap of 0.7, or in mean squared error or SSIM.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from volltrack.apps.drawing.comparison import draw_comparison
from volltrack.apps.drawing.segmentations import draw_segmentations
from volltrack.model import Calibration, LabelMovie, VoxelSize
from volltrack.segment.automatic.shipped import MEMBRANES
from volltrack.segment.evaluate import compare_segmentations
from volltrack.segment.networks.load import Networks, load_networks
from volltrack.segment.networks.outputs import normalise_frame
from volltrack.segment.size.object_diameter import measure_object_diameter
from volltrack.segment.size.trained_scale import estimate_trained_scale
from volltrack.segment.vollseg.cells import NetworkView, find_cells, look_with_networks
from volltrack.segment.vollseg.settings import VollSegSettings

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "weights"))

from training_images.training_tissue import TrainingStackSettings, make_training_stack

FIRST_REPORTED = 8_000_000
PEAKS = "StarDist, peaks"
RULES = ("box", "label", "residual", "object")
LOOK = TrainingStackSettings(stains=("membrane",), photons=(8.0, 25.0), diameter_px=(14.0, 30.0))
"""Membranes of 8 to 25 photons where they are brightest."""

VOXEL = VoxelSize(z=3.0, y=1.0, x=1.0, unit="pixel")
CALIBRATION = Calibration(voxel_size=VOXEL, frame_interval=1.0, time_unit="frame")


def main() -> int:
    """Predict once, compare, print whether VollSeg is at least as good."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--star", default=MEMBRANES.star)
    parser.add_argument("--unet", default=MEMBRANES.unet)
    parser.add_argument("--stacks", type=int, default=8)
    parser.add_argument("--first", type=int, default=FIRST_REPORTED)
    parser.add_argument("--seed-rule", choices=RULES, default=MEMBRANES.how.seed_rule)
    parser.add_argument("--estimate-size", action="store_true", help="else the diameter of the cells is given")
    parser.add_argument("--rules", action="store_true")
    parser.add_argument("--out", type=Path, required=True)
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    networks = load_networks(star=arguments.star, unet=arguments.unet)
    stacks = [make_training_stack(LOOK, arguments.first + n) for n in range(arguments.stacks)]
    how = replace(MEMBRANES.how, seed_rule=arguments.seed_rule)
    views, by_stack = [], []
    for raw, labels in stacks:
        diameter = None if arguments.estimate_size else measure_object_diameter(labels)
        settings = estimate_trained_scale(
            [raw.astype(np.float32)], VOXEL, networks, replace(how, cell_diameter_um=diameter)
        )
        views.append((look(raw, networks, settings), settings))
        by_stack.append(label_by_method(raw, networks, *views[-1]))
        print(f"stack {len(views)}: {labels.max()} cells, seen as {views[-1][0].scale.work_shape}", flush=True)
    truth = as_movie([labels for _, labels in stacks], "truth")
    results = {method: as_movie([labels[method] for labels in by_stack], method) for method in by_stack[0]}
    table, forms = compare_segmentations(results, truth)
    table.to_csv(arguments.out / "methods.csv", index=False)
    forms.to_csv(arguments.out / "forms.csv", index=False)
    draw_comparison(table, forms, arguments.out / "comparison.png")
    shown = 1 % len(stacks)
    draw_segmentations(
        stacks[shown][0], {"truth": stacks[shown][1], **by_stack[shown]}, arguments.out / "segmentations.png"
    )
    print_table("methods", table, forms)
    if arguments.rules:
        print_rules(views, truth)
    for other in ("StarDist", "U-Net", PEAKS):
        print(f"VollSeg is worse than {other} in: {', '.join(judge(table, forms, other)) or 'nothing'}")
    return 1 if judge(table, forms, "StarDist") + judge(table, forms, "U-Net") else 0


def look(raw: np.ndarray, networks: Networks, settings: VollSegSettings) -> NetworkView:
    """Return what the networks say of a stack."""
    return look_with_networks(
        normalise_frame(raw.astype(np.float32), settings.percentiles), None, VOXEL, networks, settings
    )


def label_by_method(
    raw: np.ndarray, networks: Networks, view: NetworkView, settings: VollSegSettings
) -> dict[str, np.ndarray]:
    """Return the labels of each method."""
    as_library = replace(settings, only_peaks=False, prob_thresh=None, nms_thresh=None, min_volume=0.0)
    views = {
        "VollSeg": (view, settings),
        "StarDist": (look(raw, replace(networks, unet=None), as_library), as_library),
        PEAKS: (replace(view, mask=None, frame_mask=None), settings),
        "U-Net": (replace(view, stars=None), settings),
    }
    return {method: find_cells(part, how)["labels"] for method, (part, how) in views.items()}


def as_movie(frames: list[np.ndarray], name: str) -> LabelMovie:
    """Return labels of stacks as frames of one movie."""
    return LabelMovie.from_array(np.stack(frames), CALIBRATION, name=name)


def print_rules(views: list[tuple[NetworkView, VollSegSettings]], truth: LabelMovie) -> None:
    """Print the scores of VollSeg with each seed rule, with and without StarDist's objects in the mask."""
    variants = {
        f"{rule}, joined masks {join}": {"seed_rule": rule, "join_masks": join}
        for rule in RULES
        for join in (False, True)
        if not (join and rule == "object")
    }
    results = {
        name: as_movie([find_cells(view, replace(how, **variant))["labels"] for view, how in views], name)
        for name, variant in variants.items()
    }
    print_table("seed rules", *compare_segmentations(results, truth))


def print_table(title: str, table: pd.DataFrame, forms: pd.DataFrame) -> None:
    """Print F1 and AP over tau, and the errors of the form."""
    print(f"\n{title}")
    for measure in ("PRECISION", "RECALL", "F1", "AP"):
        print(measure)
        print(table.pivot(index="METHOD", columns="TAU", values=measure).round(3).to_string())
    print(forms.round(4).to_string(index=False))


def judge(table: pd.DataFrame, forms: pd.DataFrame, other: str) -> list[str]:
    """Return where VollSeg is worse than another method, up to the overlap at which it should be as good."""
    failed = []
    for measure in ("F1", "AP"):
        scores = table.pivot(index="TAU", columns="METHOD", values=measure)
        worse = scores.index[(scores["VollSeg"] < scores[other]) & (scores.index <= 0.7 + 1e-9)]
        failed += [f"{measure} at {tau:g}" for tau in worse]
    form = forms.set_index("METHOD")
    failed += ["MSE"] * bool(form.loc["VollSeg", "MSE"] > form.loc[other, "MSE"])
    failed += ["SSIM"] * bool(form.loc["VollSeg", "SSIM"] < form.loc[other, "SSIM"])
    return failed


if __name__ == "__main__":
    sys.exit(main())
