"""A plain table as HTML."""

from __future__ import annotations

from dashboard.table_html import table_html


def test_columns_of_numbers_stand_to_the_right_and_what_a_row_is_of_to_the_left():
    html = table_html(("layer", "units", "dead"), [("1", "20", "3"), ("2", "1", "–")], "Layers")
    assert '<th scope="col">layer</th><th scope="col" class="hd-number">units</th>' in html
    assert (
        '<tr><th scope="row">2</th><td class="hd-number">1</td><td class="hd-number">–</td>' in html
    )
    assert 'aria-label="Layers"' in html


def test_whatever_stands_in_a_cell_is_text():
    html = table_html(("<a>",), [("<img src=x>",)], '"><script>')
    assert "<a>" not in html
    assert "<img" not in html
    assert "<script>" not in html
