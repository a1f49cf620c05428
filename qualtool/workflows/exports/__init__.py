"""Files to keep working with, and releases that are safe to publish."""
