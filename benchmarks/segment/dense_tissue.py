"""Seed pool and watershed on dense synthetic tissue, beside scikit-image's watershed call alone.

Run with: python benchmarks/segment/dense_tissue.py [--large] [--seeds 1 2 3]
"""

from __future__ import annotations

import argparse
import resource
import time

import numpy as np
from skimage.segmentation import watershed

from volltrack.model import VoxelSize
from volltrack.segment.networks.packages import import_matching
from volltrack.segment.vollseg.joined_labels import find_centroids, join_stars_and_mask, pool_star_seeds
from volltrack.segment.vollseg.settings import VollSegSettings
from volltrack.segment.watershed import grow_seeds, make_markers
from volltrack.testing.dense_tissue import DenseTissueSettings, make_dense_tissue

VOXEL = VoxelSize(z=3.0, y=0.69, x=0.69)
"""Ellipsoids of radii (3, 13, 13) voxels are balls of 9 um."""


def main() -> None:
    """Print one line per rule and seed, the ratio of the times last."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument(
        "--large", action="store_true", help="60 x 768 x 768 with 3,000 cells (else 22 x 512 x 512, 300)"
    )
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2, 3])
    arguments = parser.parse_args()
    shape, n_cells = ((60, 768, 768), 3000) if arguments.large else ((22, 512, 512), 300)
    matching = import_matching().matching
    ratios, scores = [], []
    for seed in arguments.seeds:
        tissue = make_dense_tissue(DenseTissueSettings(seed=seed, shape_zyx=shape, n_cells=n_cells))
        alone = matching(tissue.truth, tissue.stars, thresh=0.5).f1
        centroids = find_centroids(tissue.stars)
        markers = make_markers(centroids, np.arange(1, len(centroids) + 1), shape, voxel_size=VOXEL)
        start = time.process_time()
        watershed(-tissue.probability, markers * tissue.mask, mask=tissue.mask)
        reference = time.process_time() - start
        for rule in ("box", "label", "residual"):
            for join in (False, True):
                settings = VollSegSettings(seed_rule=rule, join_masks=join)
                mask = tissue.mask | (tissue.stars > 0) if join else tissue.mask
                start = time.process_time()
                pool = pool_star_seeds(tissue.stars, mask, VOXEL, settings)
                grow_seeds(tissue.probability, pool, mask, voxel_size=VOXEL)
                seconds = time.process_time() - start
                found = join_stars_and_mask(tissue.stars, tissue.probability, tissue.mask, VOXEL, settings)
                score = matching(tissue.truth, found.labels, thresh=0.5)
                if rule == "residual" and not join:
                    ratios.append(seconds / reference)
                    scores.append(score.f1)
                print(
                    f"seed {seed}, {shape}, {n_cells} cells, {rule:8s} joined masks {join!s:5s}: F1 {score.f1:.4f} "
                    f"(StarDist alone {alone:.4f}), {seconds:.2f} CPU s, watershed alone {reference:.2f} CPU s"
                )
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
    print(f"residual rule: F1 {np.mean(scores):.4f} (least {min(scores):.4f}), peak memory {peak:.2f} GB")
    print(f"ratio to scikit-image's watershed alone: {np.mean(ratios):.2f}")


if __name__ == "__main__":
    main()
