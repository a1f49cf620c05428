"""Made-up links: splits, mergers, circles, links told from one side only."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from qualtool.indicators import Link, Succession, links_of, match, succession_of


def graph(*links: tuple[str, str, str], reversed_predecessors: bool = True) -> Succession:
    made = [Link(urn, other, kind, "") for urn, other, kind in links]
    return succession_of(made, reversed_predecessors=reversed_predecessors)


def test_a_present_school_is_the_same() -> None:
    """A school that is still there is itself, whatever its links say."""
    assert graph(("100001", "100002", "Successor")).follow("100001", {"100001", "100002"}) == (
        "100001",
        "same",
    )


def test_a_chain_is_walked_to_its_first_present_school() -> None:
    """Through a school that came and went, the first present one is the target."""
    links = graph(
        ("100001", "100002", "Successor"),
        ("100002", "100003", "Successor"),
        ("100003", "100004", "Successor"),
    )
    assert links.follow("100001", {"100003", "100004"}) == ("100003", "linked")


def test_a_split_school_is_ambiguous() -> None:
    """One closed school with two live successors is left to a person."""
    links = graph(("100001", "100002", "Successor - Split School"), ("100001", "100003", "Successor"))
    assert links.follow("100001", {"100002", "100003"}) == (None, "ambiguous")
    assert links.targets("100001", {"100002", "100003"}) == ["100002", "100003"]


def test_two_ways_to_one_school_are_one_target() -> None:
    """Ways that part and meet again lead to one target."""
    links = graph(
        ("100001", "100002", "Successor"),
        ("100001", "100003", "Successor"),
        ("100002", "100004", "Successor"),
        ("100003", "100004", "Successor"),
    )
    assert links.follow("100001", {"100004"}) == ("100004", "linked")


def test_a_circle_ends() -> None:
    """Schools that name each other as successors are lost where none is present."""
    links = graph(("100001", "100002", "Successor"), ("100002", "100001", "Successor"))
    assert links.follow("100001", {"100009"}) == (None, "lost")
    assert links.follow("100001", set()) == (None, "lost")


def test_a_link_told_by_the_successor_alone_counts() -> None:
    """A Predecessor row is an edge from the other side; without it the school is lost."""
    row = ("100002", "100001", "Predecessor - merged")
    assert graph(row).follow("100001", {"100002"}) == ("100002", "linked")
    assert graph(row, reversed_predecessors=False).follow("100001", {"100002"}) == (None, "lost")


def test_other_kinds_of_links_lead_nowhere() -> None:
    """A sixth form centre is no successor."""
    assert graph(("100001", "100002", "Sixth Form Centre Link")).follow("100001", {"100002"}) == (
        None,
        "lost",
    )


def test_mergers_are_marked() -> None:
    """Two schools that became one, or one that joined a present one, are not to be compared by level."""
    links = graph(
        ("100001", "100009", "Successor - merged"),
        ("100002", "100009", "Successor - merged"),
        ("100003", "100008", "Successor"),
        ("100004", "100005", "Successor - merged"),
    )
    found = match(
        ["100001", "100002", "100003", "100004", "100005", "100006"], {"100005", "100008", "100009"}, links
    )
    assert found.merged == {"100001", "100002", "100004", "100005"}
    assert found.counts == {"same": 1, "linked": 4, "ambiguous": 0, "lost": 1}


def test_links_survive_being_stored_as_one_text() -> None:
    """The text of a school's links gives them back with kind and day, in the search export's form too."""
    stored = "100002 Successor - merged [01-01-2022], 100003 Predecessor"
    values = [
        ("100001", None, "linked_establishments", None, "text", stored),
        ("100004", None, "linked_establishments", None, "text", "Does not have links"),
        ("100001", None, "roll", 1.0, "numeric", "1"),
    ]
    assert list(links_of(values)) == [
        ("100001", "100002", "Successor - merged", "01-01-2022"),
        ("100001", "100003", "Predecessor", ""),
    ]


_URN = st.integers(100000, 100012).map(str)


@given(st.lists(st.tuples(_URN, _URN)), st.sets(_URN), st.lists(_URN, unique=True))
def test_every_school_is_matched_in_one_way(
    pairs: list[tuple[str, str]], present: set[str], earlier: list[str]
) -> None:
    """On any graph each school is same, linked, ambiguous or lost, and a target is present."""
    found = match(earlier, present, graph(*((a, b, "Successor") for a, b in pairs)))
    assert sum(found.counts.values()) == len(earlier)
    assert set(found.target_of.values()) <= present
    assert all(found.target_of[u] == u for u, how in found.method_of.items() if how == "same")
