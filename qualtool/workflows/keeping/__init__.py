"""The study stays safe: backups, checks, merges, and words erased for good."""
