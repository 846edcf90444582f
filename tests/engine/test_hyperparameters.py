"""The one declaration: what is refused and how, and what survives a dict, an address, a hash."""

from __future__ import annotations

import dataclasses
import hashlib
import json
import math
import pickle
import subprocess
import sys
from fractions import Fraction
from typing import Any

import numpy as np
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from engine import DECLARED, PRESETS, Hyperparameters
from engine.errors import HyperparameterError
from tests.engine.plain import accepted, drawn_fields

VALID = drawn_fields().map(accepted)

OUT_OF_RANGE: list[tuple[str, Any]] = [
    ("hidden_layers", (20,) * 7),
    ("hidden_layers", (20, 0, 5)),
    ("hidden_layers", (513,)),
    ("hidden_layers", [[20]]),
    ("hidden_layers", "20,7,5"),
    ("hidden_layers", 20),
    ("hidden_layers", None),
    ("hidden_layers", (2.5,)),
    ("hidden_layers", (True,)),
    ("hidden_layers", np.array([20, 7])),
    ("learning_rate", 0.0),
    ("learning_rate", -0.0075),
    ("learning_rate", 10.1),
    ("learning_rate", math.nan),
    ("learning_rate", math.inf),
    ("learning_rate", -math.inf),
    ("learning_rate", np.float64("nan")),
    ("learning_rate", np.array(0.1)),
    ("learning_rate", 10**400),
    ("learning_rate", Fraction(10**400, 3)),
    ("learning_rate", "0.0075"),
    ("learning_rate", True),
    ("learning_rate", 0.1 + 0j),
    ("learning_rate", None),
    ("num_iterations", 0),
    ("num_iterations", 20_001),
    ("num_iterations", 2.5),
    ("num_iterations", math.nan),
    ("num_iterations", math.inf),
    ("num_iterations", 10**400),
    ("num_iterations", True),
    ("num_iterations", "2500"),
    ("activation", "ReLU"),
    ("activation", ""),
    ("activation", "x" * 1_000_000),
    ("activation", b"relu"),
    ("activation", ["relu"]),
    ("initialization", 0.01),
    ("initialization", "he"),
    ("initialization", None),
    ("seed", -1),
    ("seed", 2**32),
    ("seed", False),
    ("seed", {}),
    ("optimizer", "adam"),
    ("beta1", -0.1),
    ("beta1", 1.0),
    ("beta2", 1.0),
    ("epsilon", 0.0),
    ("epsilon", math.inf),
    ("decay", None),
    ("decay_rate", 0.0),
    ("decay_rate", 11),
    ("mini_batch", -1),
    ("mini_batch", 100_001),
    ("mini_batch", 0.5),
    ("mini_batch", None),
    ("patience", 20_001),
    ("precision", "float16"),
    ("precision", np.float32),
    ("l2", -1e-9),
    ("l2", 100.1),
    ("l2", math.nan),
    ("activations", ("relu", "swish", "relu")),
    ("activations", "relu"),
    ("activations", ("relu",) * 101),
    ("keep_probs", (0.0, 1.0, 1.0)),
    ("keep_probs", (1.1, 1.0, 1.0)),
    ("keep_probs", 0.5),
    ("keep_probs", (0.5, None, 0.5)),
    ("training_pictures", 1),
    ("training_pictures", 1_000_001),
    ("picture_size", 7),
    ("picture_size", 65),
    ("label_noise", 0.51),
    ("label_noise", -0.1),
    ("scaling", "standardised"),
]


def refusal(**values: Any) -> HyperparameterError:
    with pytest.raises(HyperparameterError) as caught:
        Hyperparameters(**values)
    return caught.value


def check_sentence(error: HyperparameterError, name: str, allowed: str | None = None) -> None:
    """It names the field and what is allowed, on one line that fits a page."""
    assert error.what == name
    sentence = str(error)
    assert sentence.startswith(f"{name} cannot be ")
    assert sentence.endswith(f"allowed is {allowed or DECLARED[name].kind.allowed}.")
    assert sentence.isprintable()
    assert len(sentence) < 300


@pytest.mark.parametrize(("name", "value"), OUT_OF_RANGE)
def test_a_value_out_of_range_is_refused_in_a_sentence(name: str, value: Any) -> None:
    check_sentence(refusal(**{name: value}), name)


def test_the_sentence_names_the_value() -> None:
    sentence = str(refusal(learning_rate=99.5))
    assert sentence == "learning_rate cannot be 99.5: allowed is a number from 1e-05 to 10."
    assert "'swish'" not in str(refusal(activation="swish"))
    assert "swish" in str(refusal(activation="swish"))
    assert "(20, 0, 5)" in str(refusal(hidden_layers=(20, 0, 5)))


ABSURD = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.complex_numbers()
    | st.text()
    | st.binary()
    | st.fractions()
    | st.decimals()
    | st.floats(width=32).map(np.float32)
    | st.integers(-(2**63), 2**63 - 1).map(np.int64)
    | st.booleans().map(np.bool_),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
    max_leaves=8,
)


@given(name=st.sampled_from(list(DECLARED)), value=ABSURD)
def test_any_value_is_accepted_as_a_plain_one_or_refused(name: str, value: Any) -> None:
    try:
        accepted = getattr(Hyperparameters(**{name: value}), name)
    except HyperparameterError as error:
        check_sentence(error, name, error.allowed)
    else:
        assert type(accepted) is type(DECLARED[name].default)


def test_numpy_numbers_become_plain_ones() -> None:
    h = Hyperparameters(
        hidden_layers=[np.int64(3)],  # type: ignore[arg-type]
        learning_rate=np.float64(0.5),
        num_iterations=np.int32(7),  # type: ignore[arg-type]
        seed=np.uint8(2),  # type: ignore[arg-type]
    )
    assert json.loads(json.dumps(h.to_dict())) == h.to_dict()
    assert h == Hyperparameters(hidden_layers=(3,), learning_rate=0.5, num_iterations=7, seed=2)


@given(VALID)
def test_dict_and_json_round_trip(h: Hyperparameters) -> None:
    assert Hyperparameters.from_dict(h.to_dict()) == h
    assert Hyperparameters.from_dict(json.loads(json.dumps(h.to_dict()))) == h
    assert pickle.loads(pickle.dumps(h)) == h


@given(VALID)
@example(Hyperparameters(hidden_layers=()))
def test_text_round_trip(h: Hyperparameters) -> None:
    text = h.to_text()
    assert Hyperparameters.from_text(text) == h
    assert text.isascii()
    assert not set(text) & set(" \"'<>#")


def test_the_text_is_one_a_person_can_read() -> None:
    assert Hyperparameters().to_text() == (
        "layers=20,7,5&learning_rate=0.0075&iterations=2500&activation=relu"
        "&initialization=1/sqrt(n)&seed=1&activations=none&optimizer=gradient+descent&beta1=0.9&beta2=0.999"
        "&epsilon=1e-08&decay=none&decay_rate=0.001&mini_batch=0&patience=0&precision=float64"
        "&l2=0.0&keep_prob=none&training_pictures=0&picture_size=0&label_noise=0.0"
        "&scaling=divide+by+255"
    )
    text = Hyperparameters(activations=("relu", "leaky relu", "tanh"), keep_probs=(0.5, 1, 0.8))
    assert "activations=relu,leaky+relu,tanh" in text.to_text()
    assert "keep_prob=0.5,1.0,0.8" in text.to_text()
    assert "layers=none" in Hyperparameters(hidden_layers=()).to_text()


def test_text_leaves_out_what_is_default() -> None:
    assert Hyperparameters.from_text("") == Hyperparameters()
    assert Hyperparameters.from_text("seed=5") == Hyperparameters(seed=5)
    assert Hyperparameters.from_text("layers=").hidden_layers == ()


def test_a_text_changes_what_it_names_and_nothing_else() -> None:
    h = Hyperparameters(seed=5, hidden_layers=(3,))
    assert h.with_text("layers=9,9&learning_rate=0.01") == Hyperparameters(
        seed=5, hidden_layers=(9, 9), learning_rate=0.01
    )
    assert h.with_text("") == h
    with pytest.raises(HyperparameterError, match="learning_rate"):
        h.with_text("learning_rate=11")


def test_dict_leaves_out_what_is_default() -> None:
    assert Hyperparameters.from_dict({}) == Hyperparameters()


@pytest.mark.parametrize(
    ("text", "named"),
    [
        ("colour=red", "colour"),
        ("hidden_layers=20", "hidden_layers"),  # the long name is not the address's
        ("seed=1&seed=2", "seed cannot be given twice"),
        ("layers=1&seed=1&layers=1", "hidden_layers cannot be given twice"),
        ("seed=", "seed"),
        ("seed=1e3", "seed"),
        ("seed=" + "9" * 100_000, "seed"),
        ("learning_rate=nan", "learning_rate"),
        ("learning_rate=1e999", "learning_rate"),
        ("learning_rate=0x1p-3", "learning_rate"),
        ("layers=" + "1," * 100_000, "hidden_layers"),
        ("layers=20;7", "hidden_layers"),
        ("activation=%00%1b[31mred", "activation"),
        ("activation=relu%ff", "activation"),
        ("activations=" + "relu," * 100_000, "activations"),
        ("keep_prob=0.5,,0.5", "keep_probs"),
        ("keep_prob=0.5", "keep_probs cannot be (0.5,)"),
        ("beta1=0.5", "beta1 cannot be 0.5"),
        ("mini_batch=-1", "mini_batch"),
        ("&".join(f"x{i}=1" for i in range(1000)), "The text"),
        ("%3Cscript%3E=1", "<script>"),
        ("seed", "seed"),
    ],
)
def test_a_hostile_address_is_refused_in_a_sentence(text: str, named: str) -> None:
    with pytest.raises(HyperparameterError) as caught:
        Hyperparameters.from_text(text)
    assert named in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(str(caught.value)) < 400


@given(st.text() | st.text(alphabet="layersd=&,%0123456789+;_"))
def test_any_text_is_read_or_refused(text: str) -> None:
    try:
        assert isinstance(Hyperparameters.from_text(text), Hyperparameters)
    except HyperparameterError as error:
        assert str(error).isprintable()  # noqa: PT017


def test_an_unknown_field_of_a_dict_is_refused() -> None:
    with pytest.raises(HyperparameterError, match="momentum"):
        Hyperparameters.from_dict({"seed": 1, "momentum": 0.9})


def test_it_is_frozen_and_hashable() -> None:
    h = Hyperparameters()
    with pytest.raises(dataclasses.FrozenInstanceError):
        h.seed = 2  # type: ignore[misc]
    assert hash(h) == hash(Hyperparameters())
    changed = h.with_changes(seed=2)
    assert (h.seed, changed.seed) == (1, 2)


# A run is found again by this hash: it may never change for settings that exist already.
DIGESTS = {
    "4-layer model": "44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a",
    "2-layer model": "87fa9123b346e7d9a863c5f3dc4fa18142f7ff7b49ebfc603c96450506a325eb",
    "Logistic regression": "584c6d6347182d0005a8204748c3b3e529dc8d51a3b9ef6d4c353a55bcbddf4d",
}


@pytest.mark.parametrize("name", DIGESTS)
def test_digests_never_change(name: str) -> None:
    assert PRESETS[name].digest == DIGESTS[name]


def test_the_digest_does_not_know_defaults() -> None:
    """So that a field added later leaves the hashes of older runs as they were."""
    assert Hyperparameters(learning_rate=0.0075, seed=1).digest == DIGESTS["4-layer model"]


@given(VALID, VALID)
def test_equal_settings_have_equal_digests_and_only_they(
    one: Hyperparameters, other: Hyperparameters
) -> None:
    assert (one.digest == other.digest) == (one == other)
    assert dataclasses.replace(one).digest == one.digest


def test_digests_are_the_same_in_every_process() -> None:
    h = Hyperparameters(hidden_layers=(4, 3), learning_rate=0.1, activation="tanh")
    program = (
        "import sys; from engine import Hyperparameters; "
        "print(Hyperparameters.from_text(sys.argv[1]).digest)"
    )
    told = subprocess.run(
        [sys.executable, "-c", program, h.to_text()], capture_output=True, text=True, check=True
    )
    assert told.stdout.strip() == h.digest


def test_digests_of_settings_that_are_not_default_never_change() -> None:
    """What a run before the optimizers, mini-batches, … was known by."""
    h = Hyperparameters(hidden_layers=(4, 3), learning_rate=0.1, activation="tanh", seed=7)
    told = {"activation": "tanh", "hidden_layers": [4, 3], "learning_rate": 0.1, "seed": 7}
    assert h.digest == hashlib.sha256(json.dumps(told, sort_keys=True).encode()).hexdigest()


# What a field means beside the others

MEANINGLESS: list[tuple[str, dict[str, Any], str]] = [
    ("beta1", {"beta1": 0.5}, "only with momentum and Adam"),
    ("beta1", {"beta1": 0.5, "optimizer": "RMSprop"}, "only with momentum and Adam"),
    ("beta2", {"beta2": 0.5, "optimizer": "momentum"}, "only with RMSprop and Adam"),
    ("epsilon", {"epsilon": 1e-3, "optimizer": "momentum"}, "only with RMSprop and Adam"),
    ("decay_rate", {"decay_rate": 0.5}, "only with a learning-rate decay"),
    ("activation", {"activation": "tanh", "hidden_layers": ()}, "only with hidden layers"),
    (
        "activation",
        {"activation": "tanh", "activations": ("relu", "tanh", "relu")},
        "without activations layer by layer",
    ),
    (
        "activation",
        {"activation": "tanh", "activations": ("relu",) * 3},
        "without activations layer by layer",
    ),
]


@pytest.mark.parametrize(("name", "values", "told"), MEANINGLESS)
def test_a_field_that_means_nothing_here_is_refused(
    name: str, values: dict[str, Any], told: str
) -> None:
    error = refusal(**values)
    usual = DECLARED[name].kind.format(DECLARED[name].default)
    assert str(error).startswith(f"{name} cannot be ")
    assert f"allowed is {usual}, as it means something " in str(error)
    assert told in str(error)


@pytest.mark.parametrize(
    "values",
    [
        {"beta1": 0.5, "optimizer": "momentum"},
        {"beta1": 0.5, "beta2": 0.5, "epsilon": 0.1, "optimizer": "Adam"},
        {"beta2": 0.5, "epsilon": 0.1, "optimizer": "RMSprop"},
        {"decay_rate": 0.5, "decay": "step"},
        # A seed is a run's name also where nothing is drawn from it.
        {"seed": 2, "initialization": "zeros"},
    ],
)
def test_where_it_means_something_it_is_accepted(values: dict[str, Any]) -> None:
    h = Hyperparameters(**values)
    assert all(getattr(h, name) == value for name, value in values.items())


@pytest.mark.parametrize("name", ["activations", "keep_probs"])
def test_one_value_for_each_hidden_layer(name: str) -> None:
    some = ("relu", "tanh") if name == "activations" else (0.5, 1.0)
    check_sentence(refusal(**{name: some}), name, "empty, or 3 values, one for each hidden layer")
    check_sentence(
        refusal(**{name: some}, hidden_layers=()), name, "empty where there are no hidden layers"
    )
    h = Hyperparameters(hidden_layers=(4, 3), **{name: list(some)})  # type: ignore[arg-type]
    assert getattr(h, name) == some


def test_there_is_one_way_to_say_each_thing() -> None:
    """So that runs with the same numbers have the same hash."""
    alike = Hyperparameters(activations=("tanh",) * 3)
    assert alike == Hyperparameters(activation="tanh")
    assert alike.digest == Hyperparameters(activation="tanh").digest
    assert alike.activation_of_each_layer == ("tanh",) * 3
    assert Hyperparameters(keep_probs=(1, 1.0, 1)) == Hyperparameters()
    assert Hyperparameters(keep_probs=(1, 1.0, 1)).digest == DIGESTS["4-layer model"]
    assert Hyperparameters(activations=("relu",) * 3).digest == DIGESTS["4-layer model"]


@given(drawn_fields())
def test_whatever_is_drawn_only_a_field_that_was_given_is_refused(values: dict[str, Any]) -> None:
    h = accepted(values)
    assert h.with_changes() == h
    for name, d in DECLARED.items():
        assert getattr(h, name) == d.default or d.needs(h)


def test_presets_are_the_courses() -> None:
    four, two, none = PRESETS.values()
    assert list(PRESETS) == ["4-layer model", "2-layer model", "Logistic regression"]
    assert four.layers_dims(12288) == (12288, 20, 7, 5, 1)
    assert two.layers_dims(12288) == (12288, 7, 1)
    assert none.layers_dims(12288) == (12288, 1)
    assert (four.learning_rate, four.num_iterations) == (0.0075, 2500)
    assert (two.learning_rate, two.num_iterations) == (0.0075, 2500)
    assert four == Hyperparameters()


def test_a_label_inside_a_sentence_keeps_an_abbreviation() -> None:
    assert DECLARED["l2"].label_inside == "L2 regularization"
    assert DECLARED["learning_rate"].label_inside == "learning rate"


def test_every_field_is_declared_in_full() -> None:
    shorts = [d.short for d in DECLARED.values()]
    assert len(set(shorts)) == len(shorts)
    for name, declared in DECLARED.items():
        assert declared.name == name
        assert declared.label
        assert declared.symbol
        assert declared.help.endswith(".")
        assert declared.help.count(". ") == 0  # one sentence
        assert declared.kind.check(name, declared.default) == declared.default
        assert declared.kind.parse(name, declared.kind.format(declared.default)) == declared.default
