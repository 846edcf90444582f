"""Searches on the page: set up, carried out in processes, told in words and charts (no Streamlit)."""
