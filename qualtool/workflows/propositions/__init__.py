"""What people said beside what the numbers say: evidence, verdicts, and a researcher's word on them."""
