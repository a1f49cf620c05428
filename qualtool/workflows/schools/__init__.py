"""School indicators: derived, told in words, set beside the country."""
