"""Who takes part: coders, members of a served study, and what participants allowed."""
