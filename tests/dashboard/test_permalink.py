"""The address of the lab: it leads back to a run, and whatever stands in it does no harm."""

from __future__ import annotations

import math
from urllib.parse import parse_qsl, urlencode

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from dashboard.messages import Summary
from dashboard.permalink import LONGEST, address, comparison, opened
from engine.hyperparameters import DECLARED, PRESETS, Hyperparameters
from tests.engine.plain import accepted, drawn_fields

NAMES = ["course", "drawn"]
SHORT = {d.short: d for d in DECLARED.values()}
ANY = drawn_fields().map(accepted)
NUMBERS = st.floats(0, 100) | st.sampled_from([math.nan, math.inf])


def summary(cost=0.0884321, train=0.985646, test=0.8):
    return Summary(2500, cost, 0.5, train, test)


def as_a_browser_sends_it(keys):
    return dict(parse_qsl(urlencode(keys), keep_blank_values=True))


# --- there and back


@given(ANY)
def test_an_address_leads_back_to_any_settings(h):
    told = opened(as_a_browser_sends_it(address(h, "drawn", None)), NAMES)
    assert told.hyperparameters == h
    assert told.dataset == "drawn"
    assert told.problems == []
    assert told.result == ()


@given(ANY, NUMBERS, st.floats(0, 1), st.floats(0, 1) | st.just(math.nan))
def test_the_run_behind_an_address_reproduces_its_result(h, cost, train, test):
    result = summary(cost, train, test)
    told = opened(as_a_browser_sends_it(address(h, "course", result)), NAMES)
    reproduced, sentence = comparison(told.result, result)
    assert reproduced
    assert sentence.startswith("Reproduced ✓ cost ")
    assert "nan" not in sentence


@given(ANY)
def test_settings_at_their_default_are_left_out(h):
    keys = address(h, "drawn", None)
    for short, declared in SHORT.items():
        assert (short in keys) == (getattr(h, declared.name) != declared.default)


def test_the_course_models_have_short_readable_addresses():
    assert address(PRESETS["4-layer model"], "course", None) == {"dataset": "course"}
    assert address(PRESETS["2-layer model"], "course", summary()) == {
        "dataset": "course",
        "layers": "7",
        "initialization": "0.01",
        "result": "0.0884321,0.985646,0.8",
    }


def test_every_setting_that_differs_sets_its_knob():
    told = opened({"activations": "tanh,tanh,tanh", "layers": "20,7,5"}, NAMES)
    assert told.hyperparameters == Hyperparameters(activation="tanh")
    assert told.given == {"activation"}


# --- what cannot be used


HOSTILE = [
    ("learning_rate", "99", "learning_rate"),
    ("learning_rate", "nan", "learning_rate"),
    ("learning_rate", "inf", "learning_rate"),
    ("learning_rate", "", "learning_rate"),
    ("learning_rate", "<script>alert(1)</script>", "learning_rate"),
    ("learning_rate", "0.01\x00", "learning_rate"),
    ("learning_rate", "0.01" + "0" * LONGEST, "learning_rate"),
    ("iterations", "0", "num_iterations"),
    ("iterations", "20001", "num_iterations"),
    ("iterations", "1e3", "num_iterations"),
    ("iterations", "9" * 400, "num_iterations"),
    ("seed", "-1", "seed"),
    ("layers", "20,0,5", "hidden_layers"),
    ("layers", "1,1,1,1,1,1,1", "hidden_layers"),
    ("layers", "," * LONGEST, "hidden_layers"),
    ("activation", "swish", "activation"),
    ("activation", "![x](http://picture.example/x.png)", "activation"),
    ("activations", "tanh,relu", "activations"),
    ("optimizer", "Adam; DROP TABLE runs", "optimizer"),
    ("beta1", "0.5", "beta1"),
    ("keep_prob", "0,0,0", "keep_probs"),
    ("keep_prob", "0.5", "keep_probs"),
    ("mini_batch", "-1", "mini_batch"),
    ("picture_size", "1000000", "picture_size"),
    ("label_noise", "0.9", "label_noise"),
    ("dataset", "../../etc/passwd", "dataset"),
    ("dataset", "", "dataset"),
    ("result", "good", "result"),
    ("result", "1,2", "result"),
    ("result", "1,2,3,4", "result"),
    ("result", "," * 100_000, "result"),
    ("hide", "x" * 100_000, "hide"),
    ("embed", "x" * 100_000, "embed"),
]


@pytest.mark.parametrize(
    ("key", "value", "what"), HOSTILE, ids=[f"{key}={value[:20]}" for key, value, _ in HOSTILE]
)
def test_a_value_that_cannot_be_used_gets_one_sentence_and_the_usual_value(key, value, what):
    told = opened({key: value}, NAMES)
    (sentence,) = told.problems
    assert sentence.startswith((f"{what} cannot be ", f"{key} cannot be "))
    assert sentence.isprintable()
    assert len(sentence) < 400
    assert told.hyperparameters == Hyperparameters()
    assert (told.dataset, told.result, told.hidden, told.embedded) == ("", (), frozenset(), False)


def test_each_of_several_problems_is_told_and_the_rest_is_taken():
    query = {"learning_rate": "99", "seed": "x", "iterations": "500", "beta1": "0.5"}
    told = opened(query, NAMES)
    assert [sentence.split()[0] for sentence in told.problems] == ["learning_rate", "seed", "beta1"]
    assert told.hyperparameters == Hyperparameters(num_iterations=500)


def test_a_link_that_was_not_taken_whole_promises_no_result():
    told = opened({"learning_rate": "99", "result": "0.1,0.9,0.8"}, NAMES)
    assert told.result == ()
    told = opened({"dataset": "course", "result": "0.1,0.9,0.8"}, ["drawn"])
    assert told.result == ()
    (sentence,) = told.problems
    assert "dataset cannot be course: allowed is one of drawn" in sentence


KEYS = [*SHORT, "dataset", "result", "hide", "embed", "utm_source"]


@given(st.dictionaries(st.sampled_from(KEYS) | st.text(), st.text() | st.from_regex(r"[\d.,e-]+")))
@example({"layers": "none", "keep_prob": "0.5", "activations": "tanh", "activation": "tanh"})
@example({"initialization": "zeros", "seed": "7", "layers": "none"})
def test_nothing_in_an_address_is_an_exception(query):
    told = opened(query, NAMES)
    assert isinstance(told.hyperparameters, Hyperparameters)
    assert len(told.problems) <= len(query)
    assert all(sentence.isprintable() for sentence in told.problems)
    assert len(told.result) in (0, 3)


def test_keys_of_others_mean_nothing():
    told = opened({"utm_source": "x" * 100_000, "": "", "lang": "de"}, NAMES)
    assert told.problems == []
    assert told.hyperparameters == Hyperparameters()


def test_a_fields_long_name_is_understood_and_letter_case_does_not_matter():
    told = opened({"num_iterations": "300", "optimizer": "adam", "initialization": "he"}, NAMES)
    assert told.problems == []
    h = told.hyperparameters
    assert (h.num_iterations, h.optimizer, h.initialization) == (300, "Adam", "He")


@pytest.mark.parametrize(
    ("key", "meant"),
    [("init", "initialization"), ("Learning_Rate", "learning_rate"), ("iteration", "iterations")],
)
def test_a_slip_in_a_key_is_told_with_what_may_be_meant(key, meant):
    told = opened({key: "1", "result": "0.1,0.9,0.8"}, NAMES)
    (sentence,) = told.problems
    assert f"{key}, which is none: {meant} may be meant." in sentence
    assert told.result == ()


@pytest.mark.parametrize(("key", "value"), [("layers", "999"), ("keep_prob", "2,3")])
def test_what_cannot_be_is_told_by_the_key_it_was_written_under(key, value):
    (sentence,) = opened({key: value}, NAMES).problems
    assert sentence.startswith(f"{key} cannot be {value}: allowed is ")


# --- what a teacher hides, and what a frame shows


def test_a_name_that_hides_nothing_is_told_and_the_others_hide():
    told = opened({"hide": "optimizer,everything", "result": "0.1,0.9,0.8"}, NAMES)
    assert "optimizer" in told.hidden
    (sentence,) = told.problems
    assert sentence.startswith("hide cannot be everything: allowed is some of layers, ")
    assert told.result


def test_names_to_hide_are_read_as_a_person_would_write_them():
    told = opened({"hide": " Optimizer, learning_rate,,  "}, NAMES)
    assert told.hidden == {"optimizer", "learning_rate"}


@pytest.mark.parametrize(
    ("key", "value", "embedded"),
    [("embed", "true", True), ("embedded", "", True), ("embed", "false", False)],
)
def test_a_frame_can_ask_for_the_chart_alone(key, value, embedded):
    assert opened({key: value}, NAMES).embedded is embedded


# --- the promise


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ((0.0885, 0.985646, 0.8), "cost 0.0884321 here, 0.0885 in the link"),
        ((0.0884321, 0.9, 0.8), "training accuracy 0.985646 here, 0.9 in the link"),
        ((0.0884321, 0.985646, 0.82), "test accuracy 0.8 here, 0.82 in the link"),
        ((math.nan, 0.985646, 0.8), "cost 0.0884321 here, nan in the link"),
        ((math.inf, 0.985646, 0.8), "cost 0.0884321 here, inf in the link"),
    ],
)
def test_another_result_is_told_with_what_differs_and_nothing_else(result, told):
    reproduced, sentence = comparison(result, summary())
    assert not reproduced
    assert sentence == f"Not the link's result: {told}"


def test_all_that_differs_is_told():
    reproduced, sentence = comparison((1.0, 1.0, 1.0), summary())
    assert not reproduced
    assert sentence.count(" here, 1 in the link") == 3


def test_the_last_digit_of_another_machine_is_no_difference():
    # 0.088434_5 is rounded up or down by what differs far behind the digits of the address.
    for cost in (0.0884345 * (1 - 1e-12), 0.0884345 * (1 + 1e-12)):
        reproduced, _ = comparison((0.088434, 0.985646, 0.8), summary(cost))
        assert reproduced
        reproduced, _ = comparison((0.088435, 0.985646, 0.8), summary(cost))
        assert reproduced


def test_what_came_of_a_run_is_told_in_the_sentence():
    _, sentence = comparison((0.0884321, 0.985646, 0.8), summary())
    assert sentence == "Reproduced ✓ cost 0.0884, test accuracy 80.0 %"
