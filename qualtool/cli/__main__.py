"""`python -m qualtool.cli`."""

from . import main

main()
