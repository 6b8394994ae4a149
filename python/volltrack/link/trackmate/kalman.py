"""Kalman filters of constant velocity, one per track, all of them in a few arrays."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from volltrack.link.trackmate.cost import SMALLEST_COST
from volltrack.link.trackmate.points import FloatArray, IntArray

__all__ = ["KalmanFilters"]


@dataclass(kw_only=True)
class KalmanFilters:
    """K filters of the state (position, velocity) per axis; velocity in units of length per frame.

    The noise is the same along x, y and z and the axes do not mix, so the 6 x 6 covariance of a filter is three times
    the same 2 x 2 block. Its four numbers are kept, not three, and each is computed in TrackMate's order of operations,
    so that predictions are equal to the last bit.

    Parameters
    ----------
    process_variance
        Variance that each frame adds to position and to velocity.
    measurement_variance
        Variance of a measured position.
    spot
        Row of the last spot of each track, (K,).
    position, velocity
        State, (K, 3) each; after `predict` the predicted state.
    pp, pv, vp, vv
        The block of each filter: variance of the position, the two covariances, variance of the velocity, (K,) each.
    n_misses
        Frames without measurement in the life of each filter, (K,).

    Notes
    -----
    Source: TrackMate 7.14, ``CVMKalmanFilter``; a new filter is trusted: its covariance is the smallest double.
    """

    process_variance: float
    measurement_variance: float
    spot: IntArray
    position: FloatArray
    velocity: FloatArray
    pp: FloatArray
    pv: FloatArray
    vp: FloatArray
    vv: FloatArray
    n_misses: IntArray

    @classmethod
    def start(cls, *, process_variance: float, measurement_variance: float) -> KalmanFilters:
        """Return a bank without filters."""
        return cls(
            process_variance=process_variance,
            measurement_variance=measurement_variance,
            spot=np.zeros(0, np.int64),
            position=np.zeros((0, 3)),
            velocity=np.zeros((0, 3)),
            pp=np.zeros(0),
            pv=np.zeros(0),
            vp=np.zeros(0),
            vv=np.zeros(0),
            n_misses=np.zeros(0, np.int64),
        )

    def __len__(self) -> int:
        return len(self.spot)

    def predict(self) -> None:
        """Move every filter on by one frame."""
        self.position = self.position + self.velocity
        self.pp = (self.pp + self.pv) + (self.vp + self.vv) + self.process_variance
        self.pv = self.pv + self.vv
        self.vp = self.vp + self.vv
        self.vv = self.vv + self.process_variance

    def update(self, which: IntArray, spot: IntArray, measured: FloatArray) -> None:
        """Correct the filters `which`, (M,), by positions `measured`, (M, 3), of the spots at rows `spot`; rest missed.

        Parameters
        ----------
        which
            Filters that found a spot; the state of the others stays the predicted one.
        spot
            Rows of the spots found.
        measured
            Positions in physical units.
        """
        scale = 1 / (self.pp[which] + self.measurement_variance)
        gain_position = self.pp[which] * scale
        gain_velocity = self.vp[which] * scale
        surprise = measured - self.position[which]
        self.position[which] += gain_position[:, np.newaxis] * surprise
        self.velocity[which] += gain_velocity[:, np.newaxis] * surprise
        self.vp[which] -= gain_velocity * self.pp[which]
        self.vv[which] -= gain_velocity * self.pv[which]
        self.pp[which] *= 1 - gain_position
        self.pv[which] *= 1 - gain_position
        self.spot[which] = spot
        self.n_misses += 1
        self.n_misses[which] -= 1

    def forget_lost(self, max_misses: int) -> None:
        """Drop the filters that missed more than `max_misses` frames in their life."""
        kept = np.flatnonzero(self.n_misses <= max_misses)
        for name in _PER_FILTER:
            setattr(self, name, getattr(self, name)[kept])

    def add(self, spot: IntArray, position: FloatArray, velocity: FloatArray) -> None:
        """Add a filter per spot row in `spot`, (M,), at `position` with `velocity`, (M, 3) each."""
        sure = np.full(len(spot), SMALLEST_COST)
        none = np.zeros(len(spot))
        added = (spot, position, velocity, sure, none, none, sure, none.astype(np.int64))
        for name, values in zip(_PER_FILTER, added, strict=True):
            setattr(self, name, np.concatenate((getattr(self, name), values)))


_PER_FILTER = (
    "spot",
    "position",
    "velocity",
    "pp",
    "pv",
    "vp",
    "vv",
    "n_misses",
)
