"""The backups of a study: the list, one more now, another folder, and going back to one."""

from __future__ import annotations

from pathlib import Path

import streamlit as st

from qualtool.pages.state import current_coder, guarded, plain
from qualtool.workflows.keeping.backups import (
    EVERY_EVENTS,
    EVERY_MINUTES,
    back_up_now,
    backups_folder,
    backups_of,
    restore,
    set_backups_folder,
)

_COLUMNS = {
    "made_at": st.column_config.TextColumn("Made (UTC)"),
    "n_events": st.column_config.NumberColumn("Events"),
    "megabytes": st.column_config.NumberColumn("MB", format="%.1f"),
    "name": st.column_config.TextColumn("File", width="large"),
}


def show_backups(study: Path) -> None:
    """The list, and beside it what can be done."""
    folder = backups_folder(study)
    st.caption(
        f"A backup is made when the study is opened or worked in, once it changed and {EVERY_MINUTES}"
        f" minutes or {EVERY_EVENTS} events have passed: in {plain(folder)}. The newest 10 are kept, and one"
        " a day for 14 days."
    )
    rows = [
        {
            **row,
            "made_at": row["made_at"][:19].replace("T", " "),
            "megabytes": row["bytes"] / 1e6,
            "name": Path(row["file"]).name,
        }
        for row in backups_of(study)
    ]
    left, right = st.columns([3, 2], gap="large")
    with left:
        if rows:
            st.dataframe(
                rows, hide_index=True, width="stretch", column_order=list(_COLUMNS), column_config=_COLUMNS
            )
        else:
            st.info("There is no backup yet.", icon=":material/backup:")
        if st.button("Back up now", icon=":material/backup:", key="backup_now"):
            with guarded():
                back_up_now(study)
                st.toast("Backed up and verified.")
                st.rerun()
        _folder_form(study)
    with right:
        if rows:
            _restore_form(
                study, {row["file"]: f"{row['made_at']}  ·  {row['n_events']} events" for row in rows}
            )


def _folder_form(study: Path) -> None:
    with st.form("backup_folder"):
        folder = st.text_input(
            "Keep backups in another folder",
            placeholder="Beside the study",
            help="Best on another disk. Backups hold participants' words: keep them as safe as the study.",
            key="backup_folder_path",
        )
        if st.form_submit_button("Set the folder", icon=":material/drive_file_move:"):
            with guarded():
                set_backups_folder(study, folder, by=current_coder())
                st.rerun()


def _restore_form(study: Path, labels: dict[str, str]) -> None:
    st.header("Restore")
    with st.form("restore_backup"):
        file = st.selectbox("Backup", list(labels), format_func=labels.__getitem__, key="restore_pick")
        st.caption(
            "The study becomes what the backup is. What it is now is kept beside it, as .before-restore."
        )
        is_sure = st.checkbox("Yes, go back to this backup", key="restore_sure")
        if not st.form_submit_button("Restore", icon=":material/settings_backup_restore:"):
            return
    if not is_sure:
        st.warning(
            "Tick the box first: work since that backup will not be in the study.", icon=":material/info:"
        )
        return
    with guarded():
        found = restore(study, Path(file), by=current_coder())
        kept = Path(found["replaced"]).name if found["replaced"] else "-"
        st.session_state["restored"] = f"Restored. What the study was is kept as {kept}."
        st.rerun()
