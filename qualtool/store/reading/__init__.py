"""What other rooms read of a whole study: arrays, rows of the panel, pages to print, replay."""
