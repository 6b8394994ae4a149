"""Objects of StarDist grow over what it calls probable, and over nothing else."""

import numpy as np

from volltrack.segment.networks.star.grow_stars import grow_stars


def test_objects_grow_along_their_arms_and_meet_where_the_probability_is_least():
    labels = np.zeros((1, 5, 21), np.int32)
    probability = np.zeros(labels.shape, np.float32)
    labels[0, 1:4, 1:5], labels[0, 1:4, 16:20] = 1, 2
    probability[labels > 0] = 0.8
    probability[0, 2, 5:16] = np.abs(np.arange(5, 16) - 12) / 20 + 0.2  # an arm of each, the longer of the first
    probability[0, 0, 0] = 0.9  # touches the first by a corner only
    probability[0, 4, 10] = 0.9  # touches none
    grown = grow_stars(labels, probability, 0.15)
    assert (grown[0, 2, 5:12] == 1).all()
    assert (grown[0, 2, 13:16] == 2).all()
    assert grown[0, 4, 10] == grown[0, 0, 0] == grown[0, 3, 10] == 0
    assert (grown[labels > 0] == labels[labels > 0]).all()
    np.testing.assert_array_equal(grow_stars(labels, probability * 0.5, 0.85), labels)
