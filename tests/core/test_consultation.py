import pytest
from hypothesis import given
from hypothesis import strategies as st

from client.core.consultation import TRANSITIONS, State, Step, WrongStepError, after

ENDS = {State.ENDED, State.REFUSED}


@given(state=st.sampled_from(State), step=st.sampled_from(Step))
def test_every_step_follows_the_table_or_is_an_error(state: State, step: Step) -> None:
    if (state, step) in TRANSITIONS:
        assert after(state, step) is TRANSITIONS[state, step]
    else:
        with pytest.raises(WrongStepError) as caught:
            after(state, step)
        assert (caught.value.state, caught.value.step) == (state, step)


def test_only_equal_words_lead_to_verified() -> None:
    ways = [way for way, state in TRANSITIONS.items() if state is State.VERIFIED]
    assert ways == [(State.COMPARING, Step.WORDS_EQUAL)]


@pytest.mark.parametrize("step", Step)
@pytest.mark.parametrize("state", ENDS)
def test_nothing_follows_an_end(state: State, step: Step) -> None:
    with pytest.raises(WrongStepError):
        after(state, step)


@pytest.mark.parametrize("state", set(State) - ENDS)
def test_every_other_state_can_be_ended(state: State) -> None:
    assert after(state, Step.ENDED) is State.ENDED


@pytest.mark.parametrize("state", [State.INVITING, State.COMPARING, State.VERIFIED])
def test_broken_trust_refuses(state: State) -> None:
    assert after(state, Step.TRUST_BROKEN) is State.REFUSED


@given(steps=st.lists(st.sampled_from(Step), max_size=12))
def test_no_walk_reaches_verified_before_keys_and_words(steps: list[Step]) -> None:
    state, taken = State.READY, []
    for step in steps:
        if (state, step) in TRANSITIONS:
            state = after(state, step)
            taken.append(step)
    if state is State.VERIFIED:
        *before, keys, words = taken
        assert (keys, words) == (Step.KEYS_AGREED, Step.WORDS_EQUAL)
        assert before[-1] is Step.INVITED
        assert set(before) <= {Step.INVITED, Step.NOT_TAKEN}
