"""What may leave: small numbers hidden, quotes under consent. The only maker of released types."""

from .complementary import Line, Table, audit, hide_complements
from .quotes import ATTRIBUTIONS, UNKNOWN_CONSENT, QuoteCandidate, QuoteRelease, release_quotes
from .suppression import suppress_frequencies, threshold_for

__all__ = [
    "ATTRIBUTIONS",
    "UNKNOWN_CONSENT",
    "Line",
    "QuoteCandidate",
    "QuoteRelease",
    "Table",
    "audit",
    "hide_complements",
    "release_quotes",
    "suppress_frequencies",
    "threshold_for",
]
