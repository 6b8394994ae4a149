"""Prediction is what the libraries give; every subset of networks gives what it should."""

import warnings
from dataclasses import replace
from itertools import product

import numpy as np
import pytest

from volltrack.errors import BadSettings, BadValue, Cancelled
from volltrack.model import Calibration, Movie, VoxelSize
from volltrack.segment import label_movie, segment_frames
from volltrack.segment.networks.lazy import LazyNetworks
from volltrack.segment.networks.load import load_networks
from volltrack.segment.networks.outputs import normalise_frame
from volltrack.segment.networks.settings import PredictionSettings
from volltrack.segment.vollseg.comparison import METHODS, predict_methods, predict_methods_movie
from volltrack.segment.vollseg.network_settings import NetworkSettings
from volltrack.segment.vollseg.predict import predict_frame
from volltrack.segment.vollseg.settings import VollSegSettings

VOXEL = VoxelSize(z=2.0, y=1.0, x=1.0)


def make_stack(shape=(9, 37, 45), seed=0, dtype=np.uint16):
    return np.random.default_rng(seed).gamma(2.0, 60.0, shape).astype(dtype)


@pytest.fixture(scope="module")
def nets_3d(tiny_models):
    return load_networks(star=tiny_models["star-3d"], unet=tiny_models["unet-3d"], denoise=tiny_models["noise2void-2d"])


@pytest.fixture(scope="module")
def nets_2d(tiny_models):
    return load_networks(star=tiny_models["star-2d"], unet=tiny_models["unet-2d"], denoise=tiny_models["noise2void-2d"])


def only(networks, *names):
    from volltrack.segment.networks.load import Networks

    return Networks(**{name: getattr(networks, name) for name in names})


def segmenter(networks, movie, *names):
    """Return the method of some of the networks, ready for a movie."""
    settings = NetworkSettings(**{name: getattr(networks, name).folder.name for name in names})
    made = replace(settings.make(), networks=LazyNetworks(loaded=only(networks, *names)))
    return made.prepare(movie)


def library_normalised(image, low=1, high=99.8):
    from csbdeep.utils import normalize

    return normalize(image.astype(np.float32), low, high)


@pytest.mark.parametrize("percentiles", [(1, 99.8), (0, 100), (3, 97.5)])
def test_frame_is_normalised_as_by_csbdeep(percentiles):
    for image in (make_stack().astype(np.float32), np.random.default_rng(1).normal(size=(3, 7, 11)).astype(np.float32)):
        np.testing.assert_array_equal(normalise_frame(image, percentiles), library_normalised(image, *percentiles))
    assert not normalise_frame(np.full((1, 1, 1), 7, np.float32), percentiles).any()


@pytest.mark.parametrize("tiles", [(1, 1, 1), (1, 2, 2)])
def test_star_objects_and_maps_equal_those_of_stardist(nets_3d, tiles):
    image = library_normalised(make_stack())
    model = nets_3d.star.library_model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        probability, distance = model.predict(image, n_tiles=tiles, show_tile_progress=False)
        threshold = float(np.quantile(probability, 0.97))
        labels, details = model.predict_instances(image, prob_thresh=threshold, n_tiles=tiles, show_tile_progress=False)
    ours = nets_3d.star.predict(image, PredictionSettings(prob_thresh=threshold, n_tiles=tiles))
    assert labels.max() > 3
    np.testing.assert_array_equal(ours.labels, labels)
    np.testing.assert_array_equal(ours.points, details["points"])
    np.testing.assert_array_equal(ours.probability[:, ::2, ::2], probability)
    np.testing.assert_allclose(ours.distance[:, ::2, ::2], distance.mean(axis=-1), rtol=1e-6)
    assert ours.probability.shape == image.shape


def test_star_objects_in_a_plane_equal_those_of_stardist(nets_2d):
    image = library_normalised(make_stack((41, 53)))
    model = nets_2d.star.library_model
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        probability, _ = model.predict(image)
        threshold = float(np.quantile(probability, 0.97))
        labels, _ = model.predict_instances(image, prob_thresh=threshold)
    ours = nets_2d.star.predict(image, PredictionSettings(prob_thresh=threshold, n_tiles=(1, 1, 1)))
    assert labels.max() > 1
    np.testing.assert_array_equal(ours.labels, labels)


def test_unet_output_equals_that_of_care(nets_3d):
    image = library_normalised(make_stack())
    theirs = nets_3d.unet.library_model.predict(image, "ZYX", normalizer=None)
    np.testing.assert_array_equal(nets_3d.unet.predict(image, n_tiles=(1, 1, 1)), theirs)


def test_tiles_of_the_library_draw_no_bar_of_their_own(nets_3d, capsys):
    nets_3d.unet.predict(library_normalised(make_stack()), n_tiles=(1, 2, 1))
    assert capsys.readouterr() == ("", "")


def test_denoised_frame_equals_that_of_n2v_plane_by_plane(nets_3d):
    stack = make_stack()
    model = nets_3d.denoise.library_model
    theirs = np.stack([model.predict(plane.astype(np.float32), "YX") for plane in stack])
    result = predict_frame(stack, VOXEL, only(nets_3d, "denoise"))
    np.testing.assert_array_equal(result["denoised"], theirs)
    assert set(result.images) == {"denoised"}
    with pytest.raises(BadValue, match="no image 'labels' in the segmentation: there is denoised"):
        assert result.labels is not None


def test_star_alone_gives_the_labels_of_predict_instances(nets_3d):
    stack = make_stack()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        theirs, _ = nets_3d.star.library_model.predict_instances(library_normalised(stack), prob_thresh=0.51)
    ours = predict_frame(stack, VOXEL, only(nets_3d, "star"), VollSegSettings(prob_thresh=0.51, n_tiles=(1, 1, 1)))
    np.testing.assert_array_equal(ours.labels > 0, theirs > 0)
    assert len(np.unique(ours.labels)) == len(np.unique(theirs))


SUBSETS = [
    (names + extra)
    for names, extra in product([("star",), ("unet",), ("star", "unet"), ()], [(), ("denoise",)])
    if names + extra
]


@pytest.mark.parametrize("names", SUBSETS, ids="+".join)
@pytest.mark.parametrize("planes", [1, 6])
def test_every_subset_fills_the_fields_it_makes(nets_2d, names, planes):
    stack = make_stack((planes, 24, 28))
    result = predict_frame(stack, VOXEL, only(nets_2d, *names), VollSegSettings(prob_thresh=0.5))
    made = {
        "labels": "star" in names or "unet" in names,
        "seeds": "star" in names or "unet" in names,
        "mask": "unet" in names,
        "probability": "star" in names,
        "distance": "star" in names,
        "denoised": "denoise" in names,
    }
    assert set(result.images) == {name for name, is_made in made.items() if is_made}
    assert {image.shape for image in result.images.values()} == {stack.shape}
    if made["labels"]:
        assert result.labels.dtype == np.int32


def test_tissue_keeps_cells_inside(nets_3d, tiny_models):
    networks = load_networks(star=tiny_models["star-3d"], unet=tiny_models["unet-3d"], tissue=tiny_models["unet-3d"])
    result = predict_frame(make_stack(), VOXEL, networks, VollSegSettings(prob_thresh=0.51))
    assert result["tissue"] is not None
    assert result["tissue"].any()
    assert not result.labels[~result["tissue"]].any()
    assert not result["mask"][~result["tissue"]].any()


@pytest.mark.parametrize("dtype", [np.uint8, np.uint16, np.float32, np.float64])
def test_type_of_the_image_does_not_matter(nets_3d, dtype):
    stack = make_stack(dtype=np.uint8)
    settings = VollSegSettings(prob_thresh=0.5)
    expected = predict_frame(stack, VOXEL, only(nets_3d, "star", "unet"), settings).labels
    found = predict_frame(stack.astype(dtype), VOXEL, only(nets_3d, "star", "unet"), settings).labels
    np.testing.assert_array_equal(found, expected)


def test_nan_is_refused(nets_3d):
    stack = make_stack(dtype=np.float32)
    stack[1, 2, 3] = np.nan
    with pytest.raises(BadValue, match=r"1 values that are NaN or infinite, the first at \(z, y, x\) = \(1, 2, 3\)"):
        predict_frame(stack, VOXEL, nets_3d)


def test_single_plane_for_a_3d_network_is_refused(nets_3d):
    with pytest.raises(BadValue, match="single planes but the star network star-3d is a 3D one: give a 2D network"):
        predict_frame(make_stack((1, 24, 24)), VOXEL, nets_3d)


def test_image_without_contrast_gives_a_result(nets_3d):
    result = predict_frame(np.full((5, 20, 20), 7, np.uint8), VOXEL, nets_3d)
    assert result.labels.shape == (5, 20, 20)


@pytest.mark.parametrize(("threshold", "filled"), [(1e9, False), (-1e9, True)])
def test_empty_and_full_masks_give_a_result(nets_3d, threshold, filled):
    settings = VollSegSettings(mask_threshold=threshold, prob_thresh=1.0)
    result = predict_frame(make_stack(), VOXEL, only(nets_3d, "star", "unet"), settings)
    assert result["mask"].all() == filled
    assert len(np.unique(result.labels)) == 1
    assert result.labels.max() == (1 if filled else 0)


def test_movie_is_read_one_frame_after_the_other(nets_3d):
    held = []

    class Counted(np.ndarray):
        pass

    import weakref

    def read_frame(t):
        frame = make_stack(seed=t).view(Counted)
        held.append(weakref.ref(frame))
        assert sum(r() is not None for r in held) <= 2
        return frame

    movie = Movie(
        shape=(20, 6, 24, 24),
        dtype=np.dtype(np.uint16),
        calibration=Calibration.in_pixels(),
        read_frame=lambda t: read_frame(t)[:6, :24, :24],
    )
    labels = label_movie(segmenter(nets_3d, movie, "unet"), movie)
    assert labels.shape == movie.shape
    for t, frame in enumerate(labels.frames()):
        assert frame.dtype == np.int32, t
    assert len(held) == 20


def test_interrupted_prediction_is_finished_with_the_missing_frames(nets_3d):
    movie = Movie.from_array(np.stack([make_stack((6, 24, 24), seed=t) for t in range(4)]), Calibration.in_pixels())
    ready = segmenter(nets_3d, movie, "unet")
    done = {}
    with pytest.raises(Cancelled, match="stopped after 2 of 4"):  # noqa: PT012
        for t, result in segment_frames(ready, movie, on_progress=lambda p: p.done < 2):
            done[t] = result.labels
    missing = [t for t in range(4) if t not in done]
    assert missing == [2, 3]
    done |= {t: r.labels for t, r in segment_frames(ready, movie, frames=missing, only_labels=True)}
    for t, frame in enumerate(label_movie(ready, movie).frames()):
        np.testing.assert_array_equal(done[t], frame)


def test_labels_alone_are_the_same_and_the_rest_is_left_out(nets_3d):
    stack, both = make_stack((6, 32, 32)), only(nets_3d, "star", "unet")
    alone = predict_frame(stack, VOXEL, both, only_labels=True)
    np.testing.assert_array_equal(alone.labels, predict_frame(stack, VOXEL, both).labels)
    assert set(alone.images) == {"labels"}


def test_movie_without_a_network_for_cells_is_refused(nets_3d):
    movie = Movie.from_array(np.zeros((1, 6, 24, 24)), Calibration.in_pixels())
    with pytest.raises(BadSettings, match="networks noise2void-2d: no labels come out, expected a method that"):
        label_movie(segmenter(nets_3d, movie, "denoise"), movie)


def test_compared_methods_are_what_each_gives_alone(nets_3d):
    stack, settings = make_stack(), VollSegSettings(prob_thresh=0.51)
    both = only(nets_3d, "star", "unet")
    labels = predict_methods(stack, VOXEL, both, settings)
    assert tuple(labels) == METHODS
    np.testing.assert_array_equal(labels["VollSeg"], predict_frame(stack, VOXEL, both, settings).labels)
    for method, name in (("StarDist", "star"), ("U-Net", "unet")):
        np.testing.assert_array_equal(labels[method], predict_frame(stack, VOXEL, only(nets_3d, name), settings).labels)
    movie = Movie.from_array(stack[np.newaxis], Calibration.in_pixels())
    assert {m.shape for m in predict_methods_movie(movie, both, settings).values()} == {(1, *stack.shape)}
    with pytest.raises(BadSettings, match="expected star and unet"):
        predict_methods(stack, VOXEL, only(nets_3d, "star"), settings)
