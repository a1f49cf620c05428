"""What was done, in order: events, acts that can be undone, operations applied once, conflicts."""
