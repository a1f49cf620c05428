"""Members: who may log in to this study, under which name, and what they may do."""

from __future__ import annotations

import streamlit as st

from qualtool.pages.state import current_coder, guarded, header, only_for, plain, require_study
from qualtool.workflows.people.members import add_member, change_role, members_of, remove_member
from qualtool.workflows.roles import Role

ROLES = {
    "owner": "Owner: everything, this page too",
    "coder": "Coder: codes, memos, suggestions",
    "reader": "Reader: looks, changes nothing",
}
_COLUMNS = {"coder": "Name", "email": "E-mail", "role": "Role", "made_by": "Added by", "since": "Since"}

study = require_study()
header("Members", "Who may log in to this study, and what they may do. It holds from their next act on.")
only_for(Role.OWNER, "see and change who has a part in the study")
if done := st.session_state.pop("member_done", None):
    st.success(plain(done), icon=":material/check_circle:")

rows = [{**row, "since": row["made_at"][:10]} for row in members_of(study)]
st.dataframe(rows, hide_index=True, width="stretch", column_order=list(_COLUMNS), column_config=_COLUMNS)


def finish(told: str) -> None:
    """Show the new list, with what was done above it."""
    st.session_state["member_done"] = told
    st.rerun()


def add_form() -> None:
    """An e-mail, a name and a role."""
    st.header("Add a member")
    email = st.text_input("E-mail they log in with", placeholder="name@university.ac.uk", key="member_email")
    name = st.text_input("Name their codings carry", placeholder="Say, Amira", key="member_name")
    role = st.selectbox("Role", list(ROLES), index=1, format_func=ROLES.__getitem__, key="member_role")
    if st.form_submit_button("Add", type="primary", icon=":material/person_add:"):
        with guarded():
            made = add_member(study, email, str(role), coder=name or None, by=current_coder())
            finish(f"{made['coder']} may log in now, as {made['role']}.")


def change_form() -> None:
    """Another role for somebody, or none."""
    st.header("Change or remove")
    labels = {r["email"]: f"{r['coder']}  ·  {r['role']}  ·  {r['email']}" for r in rows}
    chosen = st.selectbox("Member", list(labels), format_func=labels.__getitem__, key="member_chosen")
    role = st.selectbox(
        "New role", list(ROLES), index=2, format_func=ROLES.__getitem__, key="member_role_new"
    )
    left, right = st.columns(2)
    is_change = left.form_submit_button("Change the role", icon=":material/manage_accounts:", width="stretch")
    is_remove = right.form_submit_button("Remove", icon=":material/person_remove:", width="stretch")
    st.caption("Whoever is removed can no longer log in; what they coded stays.")
    with guarded():
        if is_remove:
            remove_member(study, str(chosen), by=current_coder())
            finish(f"{chosen} has no part in the study any more.")
        if is_change:
            change_role(study, str(chosen), str(role), by=current_coder())
            finish(f"{chosen} has the role {role}.")


left, right = st.columns(2, gap="large")
with left, st.form("add_member"):
    add_form()
with right, st.form("change_member"):
    change_form()
