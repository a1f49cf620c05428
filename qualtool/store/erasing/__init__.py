"""Words taken out of a study for good, wherever they lie."""
