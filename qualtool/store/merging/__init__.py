"""Two copies of a study made one."""
