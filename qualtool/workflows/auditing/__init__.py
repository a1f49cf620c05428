"""How good suggestions are: measured on what people coded, and by blind audit."""
