"""axe-core looks at a page; what it finds in qualtool's own elements is told, anything else fails."""

from __future__ import annotations

import json
from importlib import resources

from playwright.sync_api import Page

# After two frames, for what is drawn in a frame would not be looked at.
RUN = """async ([within, rule]) => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    const found = await axe.run(within ?? document, {resultTypes: ['violations'],
        runOnly: rule ? {type: 'rule', values: [rule]} : [
        'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
    return found.violations.map((v) => ({id: v.id, nodes: v.nodes.map((n) => ({
        ours: !!document.querySelector(n.target[0])?.closest('.qt'), target: n.target[0],
        within: document.querySelector(n.target[0])?.closest('[data-testid=stSidebarNav],'
            + ' [data-testid=stFileUploader], [data-testid=stDataFrame]')?.dataset.testid,
        why: n.failureSummary}))}));
}"""
# Rules that Streamlit's own elements on the panel's page break: none in 1.67.
STREAMLITS_OWN: frozenset[str] = frozenset()
# And on other pages, with the element that is built so: the navigation's list holds its sections as
# boxes, an uploader names a part that has no role, and a table for readers has a corner without words.
STREAMLITS_ON_PAGES = frozenset(
    {
        ("list", "stSidebarNav"),
        ("listitem", "stSidebarNav"),
        ("presentation-role-conflict", "stFileUploader"),
        ("empty-table-header", "stDataFrame"),
    }
)


def look(page: Page, within: str | None = None) -> list[str]:
    """Faults of qualtool's own components, in words; one of Streamlit's that is not listed fails at once.

    ``within`` (a selector) leaves out what lies elsewhere on the page.
    """
    ours = []
    for fault in page.evaluate(RUN, [within, None]):
        for node in fault["nodes"]:
            if node["ours"]:
                ours.append(f"{fault['id']} at {node['target']}: {node['why']}")
            else:
                assert fault["id"] in STREAMLITS_OWN, json.dumps(fault, indent=1)
    return ours


def faults_of_page(page: Page, rule: str | None = None) -> list[str]:
    """Faults of a whole page in words, but for those that Streamlit's own elements are built with.

    ``rule`` looks for that one alone, as for colours where the rest was looked at in other colours.
    """
    return [
        f"{fault['id']} at {node['target']}: {node['why']}"
        for fault in page.evaluate(RUN, [None, rule])
        for node in fault["nodes"]
        if (fault["id"], node["within"]) not in STREAMLITS_ON_PAGES
    ]


def bring_axe(page: Page) -> None:
    """Load axe-core into the page."""
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
