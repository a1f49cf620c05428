"""The tables of a study file, how older ones come to be as new ones, and whether they are whole."""
