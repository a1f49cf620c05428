"""Who is logged in, and the pages of a study served with login before anybody is let in.

Streamlit logs people in by OpenID Connect and keeps who they are in a signed cookie for thirty days; what
counts here are a verified e-mail and the hours since the login.
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from typing import Any

import streamlit as st
from streamlit.runtime.scriptrunner import get_script_run_ctx

from qualtool.pages.state import plain
from qualtool.workflows.people.hosting import LOGIN_HOURS, told
from qualtool.workflows.people.members import plain_email
from qualtool.workflows.roles import Member, hosted_study, member_now

_LEEWAY_SECONDS = 300  # clocks of two machines differ
# Microsoft says by this claim that the owner of an e-mail's domain was verified, and has no other.
_MICROSOFT = "https://login.microsoftonline.com/"
_WORDS = {
    "owner": "You may do everything, and say who else may.",
    "coder": "You may code, write memos and decide on suggestions.",
    "reader": "You may look at everything and change nothing.",
}


def email_now() -> str | None:
    """The verified e-mail of whoever is logged in in this browser session; None without one."""
    found = _claims()
    return plain_email(str(found["email"])) if found and _is_verified(found) and not _is_over(found) else None


def _claims() -> Mapping[str, Any] | None:
    if get_script_run_ctx(suppress_warning=True) is None:
        return None
    found: Mapping[str, Any] = st.user.to_dict()
    return found if found.get("is_logged_in") is True and found.get("email") else None


def _is_verified(claims: Mapping[str, Any]) -> bool:
    if claims.get("email_verified") is True:
        return True
    return str(claims.get("iss", "")).startswith(_MICROSOFT) and claims.get("xms_edov") in (
        True,
        1,
        "1",
        "true",
    )


def _is_over(claims: Mapping[str, Any]) -> bool:
    """Was the login too long ago, or at no time that is told?"""
    hosted = told()
    hours = float(LOGIN_HOURS) if hosted is None else hosted.hours
    since = claims.get("iat")
    if isinstance(since, bool) or not isinstance(since, (int, float)):
        return True
    return not -_LEEWAY_SECONDS <= time.time() - since <= hours * 3600


def let_in() -> Member:
    """The member logged in; for anybody else a page that says what to do, and nothing of the study."""
    member = member_now()
    if member is None:
        _, middle, _ = st.columns([1, 2, 1])
        with middle:
            claims = _claims()
            _ask_to_log_in(was_in=False) if claims is None else _refuse(claims)
        st.stop()
    # Whoever is logged in is who codes: no page or address can say otherwise.
    st.session_state["study"] = str(hosted_study())
    st.session_state["coder"] = member.coder
    return member


def _ask_to_log_in(*, was_in: bool) -> None:
    st.title("qualtool")
    if was_in:
        st.info("Your login has run out. Log in again to go on; nothing is lost.", icon=":material/schedule:")
    st.text(
        "A study is served here to the people who have a part in it.\n"
        "Log in with your organisation's account: you are taken to its own page and come back here. "
        "qualtool learns your e-mail address and never sees your password."
    )
    st.button("Log in", type="primary", icon=":material/login:", on_click=st.login, key="log_in")


def _refuse(claims: Mapping[str, Any]) -> None:
    """For somebody logged in who has no part here: their own address, and no word about what is here."""
    if _is_verified(claims) and _is_over(claims):
        _ask_to_log_in(was_in=True)
        return
    st.title("qualtool")
    if not _is_verified(claims):
        st.error("Your organisation does not vouch for your e-mail address.", icon=":material/block:")
        st.text("So nobody can tell that it is yours. Ask whoever runs this server.")
    else:
        st.error("You have no part in what is served here.", icon=":material/block:")
        st.text("If you should have one, ask the person who gave you this address to add your e-mail.")
    st.caption(f"Logged in as {plain(claims['email'])}")
    st.button("Log out", icon=":material/logout:", on_click=st.logout, key="log_out")


def show_member(member: Member, study: str) -> None:
    """In the side bar: who one is here, with what role, in which study, and the way out."""
    label = f"{plain(member.coder)}  ·  {member.role.value}"
    with st.sidebar.popover(label, icon=":material/account_circle:", width="stretch"):
        st.text(f"{_WORDS[member.role.value]}\nStudy: {study}\nLogged in as {member.email}")
        st.button("Log out", icon=":material/logout:", on_click=st.logout, key="log_out")
