"""Colours for codes that were given none: one a top-level group, told apart by colour-blind readers.

The eight colours keep a contrast of 3 to 1 or more against white and against a near-black page
(WCAG 2.2, success criterion 1.4.11), and stay apart from each other in the simulations of
protanopia, deuteranopia and tritanopia by Machado, Oliveira and Fernandes (2009). A colour is never
the only sign of a code on a screen: its name stands beside it.
"""

from __future__ import annotations

from collections.abc import Sequence

PALETTE = ("#0069b4", "#ff5a00", "#1ea569", "#870fff", "#875a69", "#c31e0f", "#7887b4", "#c369ff")


def group_colours(given: Sequence[str | None]) -> list[str]:
    """A colour for each top-level group, in order.

    ``given`` holds the colour a group was given, or None. Groups without one take the palette's
    colours that no other group was given, in order; beyond eight groups colours come again.
    """
    taken = {colour.lower() for colour in given if colour is not None}
    free = [colour for colour in PALETTE if colour not in taken] or list(PALETTE)
    colours: list[str] = []
    n_assigned = 0
    for colour in given:
        if colour is None:
            colour = free[n_assigned % len(free)]
            n_assigned += 1
        colours.append(colour)
    return colours
