"""Trained networks: StarDist (objects), U-Net (foreground), Noise2Void (denoised); found, checked, loaded, asked.

No network library is imported before a network is loaded.
"""

from volltrack.segment.networks.load import Networks, load_networks
from volltrack.segment.networks.model_folder import ModelFolder, find_model, registered_models
from volltrack.segment.networks.packages import is_installed
from volltrack.segment.networks.settings import PredictionSettings

__all__ = [
    "ModelFolder",
    "Networks",
    "PredictionSettings",
    "find_model",
    "is_installed",
    "load_networks",
    "registered_models",
]
