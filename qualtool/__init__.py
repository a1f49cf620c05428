"""qualtool: code what people said, and set it beside what the numbers say."""

__version__ = "0.1.0"
