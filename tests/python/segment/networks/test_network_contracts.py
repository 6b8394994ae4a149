"""The methods with networks keep the contract of all segmenters; a ready one travels without its networks."""

import pickle
from dataclasses import replace

import numpy as np
import pytest

from volltrack.model import Movie
from volltrack.pipeline import choose_method
from volltrack.segment.automatic import shipped
from volltrack.segment.networks.lazy import LazyNetworks
from volltrack.segment.vollseg import NetworkSettings, VollSegSettings
from volltrack.testing.contracts import check_segmenter
from volltrack.testing.contracts.samples import sample_movies

STACK, _PLANES, ONE_CELL, _ONE_IN_PLANES = sample_movies()


def small(movie, n_planes=4):
    """Return two frames of a corner of a movie: networks of planes take each plane by itself."""
    parts = np.stack([movie.frame(t)[:n_planes, 8:32, 8:32] for t in range(2)])
    return Movie.from_array(parts, movie.calibration, name=f"a corner of {movie.name}")


@pytest.fixture
def loaded_once(monkeypatch):
    """Let methods of the same networks share what is loaded: it is not the loading that is tested here."""
    load, known = LazyNetworks.load, {}

    def load_once(self):
        key = str(self._names)
        if key not in known:
            known[key] = load(self)
        self._loaded = known[key]
        return known[key]

    monkeypatch.setattr(LazyNetworks, "load", load_once)


def test_shipped_networks_keep_the_contract_also_in_another_process(need_networks, loaded_once):
    how = replace(shipped.NUCLEI.how, cell_diameter_um=8.0)
    settings = replace(shipped.NUCLEI, how=how)
    check_segmenter(settings.make, movies=[small(STACK, 6), _PLANES])


@pytest.mark.slow
@pytest.mark.parametrize("name", ["vollseg", "stardist"])
@pytest.mark.parametrize("stain", ["nuclei", "membranes"])
def test_shipped_networks_keep_it_whatever_they_estimate(need_networks, loaded_once, name, stain):
    check_segmenter(choose_method(name, stain).make, movies=[STACK, ONE_CELL], elsewhere=False)


@pytest.mark.parametrize(
    ("roles", "n_dim"),
    [(("star",), 3), (("unet",), 3), (("star", "unet"), 3), pytest.param(("star", "unet"), 2, marks=pytest.mark.slow)],
)
def test_networks_of_others_keep_it(tiny_models, loaded_once, roles, n_dim):
    how = VollSegSettings(prob_thresh=0.51, mask_threshold=0.6)
    settings = NetworkSettings(**{role: str(tiny_models[f"{role}-{n_dim}d"]) for role in roles}, how=how)
    movies = [small(STACK, 2), small(_PLANES, 1)] if n_dim == 2 else [small(STACK)]
    check_segmenter(settings.make, movies=movies, looks_at_frames=False, elsewhere=False)


def test_a_ready_method_leaves_its_networks_behind_and_loads_them_again(tiny_models):
    settings = NetworkSettings(unet=str(tiny_models["unet-3d"]))
    method = settings.make()
    ready = method.prepare(STACK)
    assert ready.networks.is_loaded
    sent = pickle.dumps(ready)
    assert len(sent) < 20_000
    there = pickle.loads(sent)
    assert there == ready
    assert not there.networks.is_loaded
    there.segment(STACK.frame(0))
    assert there.networks.is_loaded


def test_method_follows_from_the_networks_that_are_named():
    named = {"star": "s", "unet": "u", "denoise": "d"}
    chosen = [("star", "unet", "denoise"), ("star", "denoise"), ("unet",), ("denoise",)]
    found = [NetworkSettings(**{role: named[role] for role in roles}) for roles in chosen]
    assert [settings.method for settings in found] == ["vollseg", "stardist", "unet", "denoise"]
    kinds = ["VollSeg", "StarDistAlone", "UnetAlone", "DenoiseOnly"]
    assert [type(settings.make()).__name__ for settings in found] == kinds
    assert [settings.make().gives_labels for settings in found] == [True, True, True, False]


def test_why_not_is_said_without_any_library(tiny_models, monkeypatch):
    from volltrack.segment.vollseg import segmenters

    stack, plane = STACK, sample_movies()[1]
    method = choose_method("vollseg").make()
    assert "2D" in method.why_not(plane)
    assert method.why_not(stack) == ""
    assert NetworkSettings(unet=str(tiny_models["unet-2d"])).make().why_not(plane) == ""
    assert "no such folder" in NetworkSettings(unet="nowhere").make().why_not(stack)
    assert (method.stains, choose_method("unet", "membranes").make().stains) == (("nuclei",), ("membranes",))
    monkeypatch.setattr(segmenters, "is_installed", lambda: False)
    assert "pip install" in method.why_not(stack)


def test_one_line_says_which_networks_and_what_is_not_the_default():
    method = NetworkSettings(star="s", how=VollSegSettings(prob_thresh=0.6)).make()
    assert method.describe() == "networks s (prob_thresh = 0.6)"
