"""Codebook, texts and memos are changed, and no coding is lost."""
