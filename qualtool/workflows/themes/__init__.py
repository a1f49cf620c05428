"""How often and by whom a theme is voiced, and in which words."""
