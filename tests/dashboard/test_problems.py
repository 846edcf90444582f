"""An error becomes one sentence at one place, and words from a file stay words."""

from __future__ import annotations

import re

import pytest
from streamlit.testing.v1 import AppTest

from dashboard.problems import UNSEEN, as_text

HOSTILE = [
    "![x](http://picture.example/x.png)",
    "[click](http://link.example)",
    "<img src=http://picture.example/x.png><b>bold</b>",
    "**bold** _it_ `code` ~~gone~~ # head",
    "$x^2$ and $$y$$",
    ":red[red] :material/error: :streamlit: :cat: :red-badge[x]",
    "| a | b |\n|---|---|",
    "&amp; &lt;b&gt; C:\\Users\\x",
    "- item",
    "1. one",
    "# head",
]


def as_shown(markdown):
    """What is left to see when Markdown has taken its backslashes."""
    return re.sub(r"\\([!-/:-@\[-`{-~])", r"\1", markdown).replace(UNSEEN, "")


@pytest.mark.parametrize("words", [*HOSTILE, "http://a.example", "me@mail.example", "a -> b"])
def test_words_are_shown_as_they_are(words):
    assert as_shown(as_text(words)) == words


@pytest.mark.parametrize("words", HOSTILE)
def test_no_character_that_means_something_in_markdown_stays_bare(words):
    rest = re.sub(r"\\[!-/:-@\[-`{-~]", "", as_text(words))
    assert not set(rest) & set("\\`*_{}[]()#+-.!|<>~$:&")


@pytest.mark.parametrize(
    "words",
    ["http://link.example", "HTTPS://link.example", "www.link.example", "WWW.link.example",
     "me@mail.example", ":material/error:", ":streamlit:", "a->b", "<- b", "x -- y", "a>=b"],
)  # fmt: skip
def test_addresses_icons_and_arrows_are_not_recognised(words):
    # Streamlit looks for these in the text that escaping has left.
    found = r"https?://|www\.|\w@\w|:\w|->|<-|--|>="
    assert not re.search(found, as_text(words).replace("\\", ""), re.IGNORECASE)


def test_a_plain_sentence_stays_readable_for_who_looks_for_its_words():
    sentence = "a copy damaged by line-ending conversion: 5,000 of 616,958 bytes, time-out"
    assert UNSEEN not in as_text(sentence)


def script(body):
    return AppTest.from_string(
        "import streamlit as st\n"
        "from dashboard.problems import tell, told_at\n"
        "from engine.errors import EngineError, DatasetError\n"
        "place = st.empty()\n" + body
    ).run()


def test_an_engine_error_is_told_at_its_place_and_the_rest_goes_on():
    page = script(
        "with told_at(place):\n"
        "    st.text('before')\n"
        "    raise DatasetError('The file', '![x](http://p.example)', 'a real one')\n"
        "st.text('after')\n"
    )
    assert not page.exception
    (error,) = page.error
    assert as_shown(error.value) == "The file: found ![x](http://p.example), needed a real one."
    assert [text.value for text in page.text] == ["before", "after"]


def test_a_second_error_takes_the_place_of_the_first():
    page = script("tell(place, 'One.')\ntell(place, 'Two.')\n")
    assert [as_shown(error.value) for error in page.error] == ["Two."]


def test_an_error_of_the_program_is_not_hidden():
    page = script("with told_at(place):\n    raise KeyError('a bug')\n")
    assert len(page.exception) == 1
    assert not page.error
