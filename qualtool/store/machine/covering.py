"""When a coding or a suggestion labels a sentence or an answer, as SQL: it covers at least half of it."""

# ``c`` is the row of the coding or suggestion, ``g`` the unit it labels.
LABELLED_UNIT = (
    " JOIN segment g ON g.source_id = c.source_id AND g.version = c.version"
    " AND g.kind IN ('sentence', 'answer') AND g.start_char < c.end_char AND g.end_char > c.start_char"
    " AND 2 * (min(g.end_char, c.end_char) - max(g.start_char, c.start_char)) >= g.end_char - g.start_char"
)
