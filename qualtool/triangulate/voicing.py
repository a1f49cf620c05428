"""Who voiced which code, as one table of truth values, and theme expressions asked of all at once."""

from __future__ import annotations

from collections.abc import Collection, Mapping

import numpy as np
import numpy.typing as npt

from .expressions import And, CodeName, Expression, Not, Or
from .measures import Pieces

Bools = npt.NDArray[np.bool_]
Ints = npt.NDArray[np.int64]


class Voicing:
    """People by codes: did this person's words get this code?

    ``people`` are participant ids in rising order; ``codes`` the ids of codes that matter.
    """

    def __init__(self, cut: Pieces, people: Ints, codes: Collection[int]) -> None:
        self.people = people
        self._column = {code: i for i, code in enumerate(sorted(codes))}
        self.table = np.zeros((len(people), len(self._column)), dtype=bool)
        if not len(people) or not self._column:
            return
        wide = int(cut.code.max(initial=0)) + 1
        place = np.full(max(wide, max(self._column) + 1), -1, dtype=np.int64)
        for code, column in self._column.items():
            place[code] = column
        column = place[cut.code]
        row = np.searchsorted(people, cut.participant)
        row[row == len(people)] = 0
        fits = (column >= 0) & (people[row] == cut.participant)
        self.table[row[fits], column[fits]] = True

    def of(self, codes: Collection[int]) -> Bools:
        """Who voiced any of these codes."""
        columns = [self._column[code] for code in codes if code in self._column]
        return np.asarray(self.table[:, columns].any(axis=1), dtype=np.bool_)

    def both(self, other: Voicing) -> Voicing:
        """The same people and codes, true where it is true in both."""
        found = Voicing.__new__(Voicing)
        found.people, found._column = self.people, self._column
        found.table = self.table & other.table
        return found


def voiced_by(expression: Expression, codes: Mapping[str, Bools]) -> Bools:
    """Of whom is the expression true? ``codes`` maps each name in it to who voiced it."""
    match expression:
        case CodeName(name=name):
            return codes[name]
        case Not(inner=inner):
            return ~voiced_by(inner, codes)
        case And(left=left, right=right):
            return voiced_by(left, codes) & voiced_by(right, codes)
        case Or(left=left, right=right):
            return voiced_by(left, codes) | voiced_by(right, codes)
