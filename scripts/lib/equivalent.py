"""Mutations of `./scripts/mutate` that change nothing that anybody could see, each with the reason."""

MANAGER = "contracts/ChannelManager.sol"
WINDOW = "contracts/libraries/Window.sol"
TALLY = "contracts/types/Tally.sol"

EQUIVALENT = {
    f"{WINDOW}: max: `a > b` is `a >= b`": "the greater of two equal numbers is either",
    f"{MANAGER}: _leave: `lastTouch > floor` is `lastTouch >= floor`":
        "the tally is read, and is as before: `withTimes` takes nothing that is not above the floor",
    f"{MANAGER}: _leave: `instance.matures() > floor` is `instance.matures() >= floor`":
        "the tally is read, and is as before: `withTimes` takes nothing that is not above the floor",
    f"{TALLY}: withTimes: `touch > self.latestTouch()` is `touch >= self.latestTouch()`":
        "an equal time replaces itself",
    f"{TALLY}: withTimes: `matures_ > self.matures()` is `matures_ >= self.matures()`":
        "an equal time replaces itself",
}
