"""Whether a model folder may be given to the libraries: files of others must neither run code nor fill the memory.

stardist 0.9.2 calls ``eval`` on the name of the rays in ``config.json``; Keras makes whatever object a dictionary in
the place of an activation or an initializer names; csbdeep and n2v call ``eval`` on names of losses and manipulators;
csbdeep and n2v set any attribute that a key names. So each key and value is checked against what the libraries write
themselves, before any of them sees it. Weights are read from HDF5 alone, which is checked array by array.
"""

from volltrack.segment.networks.model_check.check_config import check_config
from volltrack.segment.networks.model_check.model_json import read_model_json
from volltrack.segment.networks.model_check.thresholds_file import read_thresholds
from volltrack.segment.networks.model_check.weights_file import check_weights, require_shapes

__all__ = ["check_config", "check_weights", "read_model_json", "read_thresholds", "require_shapes"]
