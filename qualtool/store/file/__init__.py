"""The file itself: opening, one way to write, seals, who may act, backups."""
