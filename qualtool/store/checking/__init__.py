"""Whether everything that is stored tells the same story, here and in another copy."""
