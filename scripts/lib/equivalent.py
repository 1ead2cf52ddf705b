"""Mutations of `./scripts/mutate` that change nothing that anybody could see, each with the reason."""

MANAGER = "contracts/ChannelManager.sol"
WINDOW = "contracts/libraries/Window.sol"
TALLY = "contracts/types/Tally.sol"
APP_CALL = "contracts/libraries/AppCall.sol"

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
    f"{MANAGER}: deposit: `ChannelClosed` without `index != 0`":
        "of the first asset the anchor is the word that was just seen not to be validated, and closing marks as validated",
    f"{MANAGER}: _living: `ChannelClosed` without `!record.isClosing()`":
        "a payout clears the record, so what is closing is not closed: only the reading is saved",
    f"{MANAGER}: _clear: no `if (terms.bounty() == 0) return bounty`":
        "without a bounty in the terms the word is never written: only its reading is saved",
    f"{MANAGER}: _move: no `if (deltas[i] == old) continue`":
        "what is stored is written once more and adds nothing to the sums: only gas is saved",
    f"{MANAGER}: _takeOut: no `if (i != 0 && amount0 + amount1 == 0) continue`":
        "balances less nothing are written back: only gas is saved",
    f"{APP_CALL}: outcome: `refuse` without `!fits`":
        "an answer that was not copied is empty, and its length is refused with the same error",
    f"{APP_CALL}: transition: `refuse` without `!fits`":
        "an answer that was not copied is empty, and too short",
    f"{APP_CALL}: transition: `refuse` without `answer.length < rest`":
        "what is read behind a short answer is too long an app state, or none that makes the lengths equal: the same error",
    f"{APP_CALL}: transition: no `refuse`":
        "both are refused by what follows, with the same error, as the two before say",
}
