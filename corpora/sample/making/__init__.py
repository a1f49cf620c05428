"""How the numbers of the sample study are made. Standard library only."""
