"""Put trained networks into the package: what is needed to predict and to know where they come from, nothing else.

Run with: python benchmarks/weights/install.py MODELS [--half]

Every model folder in MODELS is copied; weights are packed without loss, or kept as half-precision numbers with `--half`
(probabilities then differ by about 0.001). All shipped networks together may take 25 MB.
"""

from __future__ import annotations

import argparse
import shutil
from pathlib import Path

import h5py
import numpy as np

import volltrack.segment.networks

COPIED = ("config.json", "thresholds.json", "volltrack.json", "training.json", "history.csv")
WEIGHTS = "weights_best.h5"
MOST_BYTES = 25_000_000


def main() -> None:
    """Copy the folders and check how large the package becomes."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("models", type=Path)
    parser.add_argument("--half", action="store_true")
    arguments = parser.parse_args()
    target = Path(volltrack.segment.networks.__file__).parent / "weights"
    for config in sorted(arguments.models.glob("*/config.json")):
        folder = target / config.parent.name
        folder.mkdir(parents=True, exist_ok=True)
        for name in COPIED:
            if (config.parent / name).is_file():
                shutil.copyfile(config.parent / name, folder / name)
        pack_weights(config.parent / WEIGHTS, folder / WEIGHTS, half=arguments.half)
        print(f"{folder.name}: {(folder / WEIGHTS).stat().st_size / 1e6:.2f} MB")
    size = sum(file.stat().st_size for file in target.rglob("*") if file.is_file())
    if size > MOST_BYTES:
        raise SystemExit(f"{size / 1e6:.2f} MB of networks in {target}: expected at most {MOST_BYTES / 1e6:g} MB")
    print(f"{size / 1e6:.2f} MB in {target}")


def pack_weights(source: Path, target: Path, *, half: bool) -> None:
    """Write the same weights compressed; Keras reads them as before."""
    temporary = target.with_name(f".{target.name}")
    with h5py.File(source) as read, h5py.File(temporary, "w") as written:
        written.attrs.update(read.attrs)

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Dataset):
                values = item[()]
                if half and values.dtype == np.float32:
                    values = values.astype(np.float16)
                packing = {"compression": "gzip", "compression_opts": 9, "shuffle": True} if values.size > 64 else {}
                copied = written.create_dataset(name, data=values, **packing)
            else:
                copied = written.require_group(name)
            copied.attrs.update(item.attrs)

        read.visititems(copy)
    temporary.replace(target)


if __name__ == "__main__":
    main()
