"""Material comes in: transcripts, surveys, codings, school files, findings; each file whole or not at all."""
