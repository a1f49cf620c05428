"""axe-core looks at a page; what it finds in qualtool's own elements is told, anything else fails."""

from __future__ import annotations

import json
from importlib import resources

from playwright.sync_api import Page

# After two frames, for what is drawn in a frame would not be looked at.
RUN = """async (within) => {
    await new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => setTimeout(done))));
    const found = await axe.run(within ?? document, {resultTypes: ['violations'], runOnly: [
        'wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice']});
    return found.violations.map((v) => ({id: v.id, nodes: v.nodes.map((n) => ({
        ours: !!document.querySelector(n.target[0])?.closest('.qt'), target: n.target[0],
        why: n.failureSummary}))}));
}"""
# Rules that Streamlit's own elements on the panel's page break: none in 1.67.
STREAMLITS_OWN: frozenset[str] = frozenset()


def look(page: Page, within: str | None = None) -> list[str]:
    """Faults of qualtool's own components, in words; one of Streamlit's that is not listed fails at once.

    ``within`` (a selector) leaves out what lies elsewhere on the page.
    """
    ours = []
    for fault in page.evaluate(RUN, within):
        for node in fault["nodes"]:
            if node["ours"]:
                ours.append(f"{fault['id']} at {node['target']}: {node['why']}")
            else:
                assert fault["id"] in STREAMLITS_OWN, json.dumps(fault, indent=1)
    return ours


def bring_axe(page: Page) -> None:
    """Load axe-core into the page."""
    source = resources.files("axe_playwright_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    page.evaluate(source)
