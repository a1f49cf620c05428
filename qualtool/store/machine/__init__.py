"""What a machine made: runs, vectors, topics, suggestions."""
