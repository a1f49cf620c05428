"""The app, for `streamlit run app.py`. `qualtool app` starts the same with its own settings."""

import streamlit as st

from qualtool.pages.entry import MAIN, MIDDLEWARE

# Streamlit looks for a call of st.App in the file it is given.
app = st.App(MAIN, middleware=MIDDLEWARE)
