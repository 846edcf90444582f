"""Branches in the address: opened beside their trunk, promised, refused in a sentence."""

from __future__ import annotations

import pytest
from link_driving import QUICK, QUICK_LINK, followed, link, successes, warnings
from page_driving import press, problems, run_of, settled, turn, value

pytestmark = pytest.mark.usefixtures("services")

BRANCH_LINK = QUICK_LINK | {"from": "61", "from_learning_rate": "0.02"}


def test_the_address_of_a_branch_opens_it_beside_its_trunk():
    page = followed(**BRANCH_LINK)
    settled(page)
    page.run()
    assert settled(page).startswith("Finished · branched at 61 · 100 iterations")
    assert value(page, "learning_rate") == 0.0075
    run = run_of(page)
    assert run.stages() == [(0, QUICK), (61, QUICK.with_changes(learning_rate=0.02))]
    page.run()
    address = link(page)
    assert {**address, "result": ""} == {"dataset": "drawn", **BRANCH_LINK, "result": ""}
    assert warnings(page) == problems(page) == []

    again = followed(**address)
    settled(again)
    again.run()
    assert settled(again).startswith("Finished · branched at 61")
    (said,) = successes(again)
    assert said.startswith("Reproduced ✓ cost ")
    assert not run_of(again).cached, "it was trained for this, though the same run is kept here"
    # The knobs begin another trunk, which is not branched.
    turn(again, "seed", 7)
    settled(again)
    again.run()
    assert run_of(again).origin is None
    assert "from" not in link(again)


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"from": "x"}, "from cannot be x: allowed is an iteration from 1 to 100. "),
        ({"from": ""}, "from cannot be : allowed is an iteration from 1 to 100. "),
        ({"from": "0"}, "from cannot be 0: allowed is an iteration from 1 to 100. "),
        ({"from": "101"}, "from cannot be 101: allowed is an iteration from 1 to 100. "),
        ({"from": "٣٠"}, "from cannot be ٣٠: allowed is "),
        ({"from": "50", "from2": "40"}, "from2 cannot be 40: allowed is an iteration from 51 to 100. "),
        ({"from": "50", "from_seed": "2"}, "from_seed cannot be 2: allowed is 1 in a run that goes on. "),
        ({"from": "50", "from_iterations": "20"}, "from_iterations cannot be 20: allowed is at least 50"),
        ({"from": "50", "from_learning_rate": "99"}, "from_learning_rate cannot be 99.0: allowed is "),
        ({"from": "50", "from_beta1": "0.5"}, "from_beta1 cannot be 0.5"),
        ({"from": "50", "from_lr": "0.1"}, "The address has a key from_lr, which means nothing here"),
        ({"from_l2": "0.5"}, "The address has a key from_l2, which means nothing here"),
        ({"from": "50", "from_l2": "9" * 5000}, "from_l2 cannot be 99999"),
        (
            {"from": "10", **{f"from{i}": str(10 * i) for i in range(2, 8)}},
            "from7 cannot be 70: allowed is none, after 6 branches. ",
        ),
    ],
)  # fmt: skip
def test_a_branch_that_cannot_be_is_one_sentence_and_left_out(keys, told):
    page = followed(**QUICK_LINK, **keys, result="0.1,0.9,0.8")
    settled(page)
    page.run()
    (said,) = warnings(page)
    assert said.startswith(told)
    assert said.endswith("The branch is left out.")
    assert len(said) < 400
    assert problems(page) == successes(page) == []
    assert settled(page).startswith("Finished · 100 iterations")


@pytest.mark.parametrize(
    ("keys", "told"),
    [
        ({"mini_batch": "5000"}, "What was branched is another run with these data. "),
        ({"from_mini_batch": "5000"}, "mini_batch cannot be 5000: allowed is at most 209 with these data. "),
    ],
)  # fmt: skip
def test_a_branch_of_what_the_data_cannot_give_is_left_out(keys, told):
    page = followed(**BRANCH_LINK, **keys)
    settled(page, "Finished · 100 iterations")
    page.run()
    assert run_of(page).origin is None
    assert told + "The branch is left out." in warnings(page)


def test_the_address_leads_to_the_branch_also_before_that_is_there():
    page = followed(**BRANCH_LINK | {"iterations": "20000"})
    assert run_of(page).origin is None
    assert link(page) == {"dataset": "drawn", **BRANCH_LINK, "iterations": "20000"}
    press(page, "stop")
    settled(page, "Stopped")
    page.run()
    assert "from" not in link(page)


def test_a_promise_is_told_where_its_run_is_shown():
    page = followed(**BRANCH_LINK)
    settled(page)
    page.run()
    settled(page)
    page.run()
    again = followed(**link(page))
    settled(again)
    again.run()
    settled(again)
    assert len(successes(again)) == 1
    again.radio(key="shown_branch").set_value("T").run()
    assert successes(again) == []


@pytest.mark.parametrize("key", ["From", "fromm", "from-"])
def test_a_slip_in_the_branchs_key_is_told(key):
    page = followed(**QUICK_LINK, **{key: "50"})
    settled(page)
    (said,) = warnings(page)
    assert said.endswith("which is none: from may be meant.")
