"""The study file: the only room that speaks SQL."""

from sqlite_utils import Database

__all__ = ["Database"]
