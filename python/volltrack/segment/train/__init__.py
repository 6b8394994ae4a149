"""Training of the networks: pairs of images to patches, patches to model folders, thresholds for StarDist."""

from volltrack.segment.train.patches import Patches, make_patches, read_patches, write_patches
from volltrack.segment.train.plan import TrainingPlan, plan_trainings
from volltrack.segment.train.run_trainings import TRAINING_STEPS, run_trainings
from volltrack.segment.train.thresholds import ThresholdSearch, optimise_thresholds
from volltrack.segment.train.train_noise2void import train_noise2void
from volltrack.segment.train.train_star import train_star
from volltrack.segment.train.train_unet import train_unet
from volltrack.segment.train.training_pairs import TrainingPair, pair_names
from volltrack.segment.train.training_settings import PatchSettings, TrainingSettings

__all__ = [
    "TRAINING_STEPS",
    "PatchSettings",
    "Patches",
    "ThresholdSearch",
    "TrainingPair",
    "TrainingPlan",
    "TrainingSettings",
    "make_patches",
    "optimise_thresholds",
    "pair_names",
    "plan_trainings",
    "read_patches",
    "run_trainings",
    "train_noise2void",
    "train_star",
    "train_unet",
    "write_patches",
]
