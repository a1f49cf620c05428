"""Joint displays D1 to D6, on the screen and as files."""
