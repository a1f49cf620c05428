"""The study as a whole: made, found, looked over, copied; and the sample study."""
