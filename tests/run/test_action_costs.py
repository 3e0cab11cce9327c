"""What an action adds to a turn."""

from bench.acting import acting, costs
from bench.turn import make_desk


async def test_an_action_adds_two_appends_and_one_commit_that_is_waited_for() -> None:
    without, acts = await costs(make_desk(), turns=5), await costs(make_desk(acting=acting), turns=5)
    assert (without.appends, without.waited) == (1.0, 2.0)
    assert (acts.appends, acts.waited) == (3.0, 3.0)
