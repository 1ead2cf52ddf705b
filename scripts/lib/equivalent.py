"""Mutations of `./scripts/mutate` that change nothing that anybody could see, each with the reason."""

WINDOW = "contracts/libraries/Window.sol"

EQUIVALENT = {
    f"{WINDOW}: max: `a > b` is `a >= b`": "the greater of two equal numbers is either",
}
