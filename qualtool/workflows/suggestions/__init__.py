"""A machine suggests topics and codes, and says why; a person decides."""
