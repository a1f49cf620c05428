"""The palette can be told apart, on light and dark pages and by colour-blind readers."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest

from qualtool.codebook.palette import PALETTE, group_colours

# Machado, Oliveira and Fernandes (2009), severity 1.0, for linear RGB.
_SIMULATIONS = {
    "full colour": [[1, 0, 0], [0, 1, 0], [0, 0, 1]],
    "protanopia": [
        [0.152286, 1.052583, -0.204868],
        [0.114503, 0.786281, 0.099216],
        [-0.003882, -0.048116, 1.051998],
    ],
    "deuteranopia": [
        [0.367322, 0.860646, -0.227968],
        [0.280085, 0.672501, 0.047413],
        [-0.011820, 0.042940, 0.968881],
    ],
    "tritanopia": [
        [1.255528, -0.076749, -0.178779],
        [-0.078411, 0.930809, 0.147602],
        [0.004733, 0.691367, 0.303900],
    ],
}


def linear(colour: str) -> np.ndarray:
    rgb = np.array([int(colour[at : at + 2], 16) for at in (1, 3, 5)]) / 255
    return np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)


def contrast(one: str, other: str) -> float:
    """The contrast ratio of WCAG 2.2."""
    light = sorted(float(linear(colour) @ [0.2126, 0.7152, 0.0722]) + 0.05 for colour in (one, other))
    return light[1] / light[0]


def oklab(rgb: np.ndarray) -> np.ndarray:
    """Ottosson's OKLab of linear RGB."""
    cones = np.array([[0.4122, 0.5363, 0.0514], [0.2119, 0.6807, 0.1074], [0.0883, 0.2817, 0.6300]])
    axes = np.array([[0.2105, 0.7936, -0.0041], [1.9780, -2.4286, 0.4506], [0.0259, 0.7828, -0.8087]])
    return axes @ np.cbrt(cones @ np.clip(rgb, 0, 1))


@pytest.mark.parametrize("page", ["#ffffff", "#0e1117"])
def test_each_colour_stands_out_from_a_light_and_a_dark_page(page: str) -> None:
    """Every colour has a contrast of at least 3 to 1 against the page."""
    assert min(contrast(colour, page) for colour in PALETTE) >= 3


@pytest.mark.parametrize("sight", _SIMULATIONS)
def test_colours_stay_apart_for_every_sight(sight: str) -> None:
    """No two colours come nearer than 0.07 in OKLab, also as colour-blind readers see them."""
    seen = [oklab(np.array(_SIMULATIONS[sight]) @ linear(colour)) for colour in PALETTE]
    assert min(float(np.linalg.norm(a - b)) for a, b in combinations(seen, 2)) >= 0.07


def test_groups_take_the_colours_nobody_was_given() -> None:
    """A group without a colour never takes one that another group was given, while any is free."""
    colours = group_colours([None, PALETTE[0].upper(), None])
    assert colours == [PALETTE[1], PALETTE[0].upper(), PALETTE[2]]


def test_colours_come_again_after_the_last() -> None:
    """The ninth group starts the palette again, and a palette wholly given away is used anyway."""
    assert group_colours([None] * 9) == [*PALETTE, PALETTE[0]]
    assert group_colours([*PALETTE, None])[-1] == PALETTE[0]
