"""The ways in which `./scripts/mutate` breaks the contracts.

Those of checks and of time are made of the sources themselves, so that a new check or comparison is broken, too. Those of the
bug classes are written by hand; `tests/BUGCLASSES.md` has the classes.
"""

import re
from dataclasses import dataclass, replace

MANAGER = "contracts/ChannelManager.sol"
LIBRARIES = "contracts/libraries"
TYPES = "contracts/types"


@dataclass(frozen=True)
class Mutation:
    kind: str
    what: str
    file: str
    find: str
    replace: str
    # Where the text begins, if it may stand elsewhere, too.
    at: int = -1

    @property
    def name(self):
        return f"{self.file}: {self.what}"

    def applied(self, text):
        """The text with the bug in it, or nothing if it does not apply."""
        if self.at >= 0:
            return text[: self.at] + self.replace + text[self.at + len(self.find) :]
        return text.replace(self.find, self.replace) if text.count(self.find) == 1 else None


def by_hand(bug_class, what, file, find, replace):
    return Mutation(bug_class, what, file, find, replace)


BY_HAND = [
    by_hand("B1", "settlement counts the deltas of the next asset", MANAGER,
            "net += bases[base].deltaSums[index];", "net += bases[base].deltaSums[index + 1];"),
    by_hand("B2", "a channel that was paid out takes money again", MANAGER, "place.funds = FundsLibrary.DEAD;\n        Payouts payouts",
            "place.funds = FundsLibrary.empty(0);\n        Payouts payouts"),
    by_hand("B3", "withdrawals are not counted", MANAGER, "if (i == 0) funds = funds.withNextSerial();", ""),
    by_hand("B3", "a withdrawal is signed without its assets' amounts", f"{LIBRARIES}/Hashes.sol",
            "Words.hash(message.amounts),", "Words.hash(message.amounts[0:0]),"),
    by_hand("B4", "who refuses the coin stops the others", MANAGER,
            "if (asset == NATIVE ? TokenTransfer.pushNative(to, amount) : TokenTransfer.pushToken(asset, to, amount)) {",
            "TokenTransfer.pay(asset, to, amount);\n        if (true) {"),
    by_hand("B5", "a state of one signature is recorded", f"{LIBRARIES}/Signatures.sol",
            "requireOne(digest, terms.signer(1), second);", ""),
    by_hand("B6", "steps on a newer state are taken after its time", MANAGER,
            "if (signatures.length == 0) revert StateNotRecorded(recorded, round);\n        Window.requireEvidence(record);",
            "if (signatures.length == 0) revert StateNotRecorded(recorded, round);"),
    by_hand("B7", "a deposit opens a closing channel again", MANAGER, "        place.funds = funds;\n        emit Deposited",
            "        channels[channelId].record = Record.wrap(0);\n        place.funds = funds;\n        emit Deposited"),
    by_hand("B8", "who has no state to show cannot close", MANAGER,
            "(bytes calldata state, bytes calldata signatures) = _open(terms, evidence);\n        Record record = _closing",
            "if (evidence.length == 0) revert StateNotRecorded(0, 0);\n        "
            "(bytes calldata state, bytes calldata signatures) = _open(terms, evidence);\n        Record record = _closing"),
    by_hand("B9", "a close on round 0 begins anew", MANAGER, "record = previous;\n        // Somebody's",
            "record = state.length == 0 && !previous.isClosing() ? Record.wrap(0) : previous;\n        // Somebody's"),
    by_hand("B10", "nets beyond the escrow pay nobody", f"{LIBRARIES}/Payout.sol",
            "if (net > balance0) net = balance0;", "if (net > balance0) net = 0;"),
    by_hand("B11", "a step already made is lost with the close", f"{LIBRARIES}/Window.sol",
            "return max(max(progress.lastTouch(), evidence), matures) + window;",
            "return max(progress.lastTouch(), matures) + window;"),
    by_hand("B12", "a delegation holds for any delegate", MANAGER,
            "if (msg.sender != delegation.delegate) revert SenderNotDelegate(delegation.delegate, msg.sender);", ""),
    by_hand("B12", "a delegate closes on any round", MANAGER,
            "if (round < delegation.minRound) revert RoundBelowDelegation(delegation.minRound, round);", ""),
    by_hand("B12", "revoked delegations hold", MANAGER,
            "if (delegation.epoch != epoch) revert EpochMismatch(epoch, delegation.epoch);", ""),
    by_hand("B14", "the window is cut to 16 bits", f"{LIBRARIES}/Window.sol",
            "deadline = block.timestamp + window;", "deadline = block.timestamp + uint16(window);"),
    by_hand("B15", "credits are anybody's", MANAGER, "_claim(msg.sender, recipient, asset);", "_claim(recipient, recipient, asset);"),
    by_hand("B16", "a payment takes all the gas", f"{LIBRARIES}/TokenTransfer.sol",
            "return sendNative(to, amount, NATIVE_PUSH_GAS);", "return sendNative(to, amount, gasleft());"),
    by_hand("B20", "a payee has a fifth more gas", f"{LIBRARIES}/TokenTransfer.sol",
            "NATIVE_PUSH_GAS = 50_000;", "NATIVE_PUSH_GAS = 60_000;"),
    by_hand("B20", "a token has a quarter more gas", f"{LIBRARIES}/TokenTransfer.sol",
            "TOKEN_PUSH_GAS = 200_000;", "TOKEN_PUSH_GAS = 250_000;"),
    by_hand("B17", "a settlement may be entered again", MANAGER,
            "function settle(bytes calldata terms, bytes calldata state) external guarded {",
            "function settle(bytes calldata terms, bytes calldata state) external unlocked {"),
    by_hand("B18", "a deposit may be entered while it pulls", MANAGER, "lock = 1;\n            amount = TokenTransfer.pull", "amount = TokenTransfer.pull"),
    by_hand("B19", "a token that refuses stops the others", f"{LIBRARIES}/TokenTransfer.sol",
            "return sendToken(token, to, amount, TOKEN_PUSH_GAS);",
            "require(sendToken(token, to, amount, TOKEN_PUSH_GAS));\n        return true;"),
    by_hand("B20", "an app is starved", f"{LIBRARIES}/AppCall.sol",
            "if (gasleft() < required) revert IChannelErrors.InsufficientGas(required, gasleft());", ""),
    by_hand("B20", "an app's answer is copied however long it is", f"{LIBRARIES}/AppCall.sol",
            "fits := iszero(gt(returndatasize(), maxSize))", "fits := 1"),
    by_hand("B21", "a window of nothing", f"{LIBRARIES}/TermsRules.sol", "window < minWindow || window > maxWindow", "window > maxWindow"),
    by_hand("B22", "funds stand at the channel's id", f"{LIBRARIES}/FundsStorage.sol",
            "place.slot := keccak256(free, 0x60)", "place.slot := add(channelId, asset)"),
    by_hand("B23", "nobody is a signer", f"{LIBRARIES}/Signatures.sol",
            "if (signer == address(0)) revert IChannelErrors.SignatureInvalid();", ""),
    by_hand("B26", "each newer state moves the deadline", f"{TYPES}/Record.sol",
            "return Record.wrap(uint256(bytes32(bytes24(stateHash_))) | deadline | round_ << ROUND_SHIFT);",
            "if (deadline != 0) deadline += 1 << DEADLINE_SHIFT;\n        "
            "return Record.wrap(uint256(bytes32(bytes24(stateHash_))) | deadline | round_ << ROUND_SHIFT);"),
    by_hand("B27", "one party signs for both", f"{LIBRARIES}/Signatures.sol",
            "requireOne(digest, terms.signer(1), second);", "requireOne(digest, terms.signer(0), second);"),
    by_hand("B28", "an app may change its code", f"{LIBRARIES}/AppCall.sol",
            "if (actual != expected) revert IChannelErrors.AppCodeMismatch",
            "if (actual != expected && actual == 0) revert IChannelErrors.AppCodeMismatch"),
    by_hand("B29", "a domain without the chain", f"{LIBRARIES}/Hashes.sol", "VERSION_HASH, block.chainid, manager", "VERSION_HASH, uint256(1), manager"),
    by_hand("B29", "a domain without the contract", f"{LIBRARIES}/Hashes.sol", "block.chainid, manager));", "block.chainid, address(0)));"),
    by_hand("B30", "a step's number is not signed", f"{LIBRARIES}/Hashes.sol",
            "instanceHash, number, appStateHash", "instanceHash, uint256(1), appStateHash"),
    by_hand("B31", "the sum of a deposit wraps", MANAGER,
            "if (balance > int256(MAX_AMOUNT)) revert AmountOutOfRange(MAX_AMOUNT, uint256(balance));", ""),
    by_hand("rule", "an outcome is not bounded by the stakes", f"{LIBRARIES}/Payout.sol",
            "if (delta > int256(stake0)) return int256(stake0);", ""),
    by_hand("B33", "coin that comes along with a token stays", MANAGER, "if (msg.value != 0) revert ValueMismatch(0, msg.value);", ""),
    by_hand("B35", "a deposit counts what was asked for", f"{LIBRARIES}/TokenTransfer.sol",
            "if (afterwards > before) received = afterwards - before;", "if (afterwards > before) received = amount;"),
    by_hand("rule", "both shares change hands with the bounty", MANAGER, "return PayoutsLibrary.pack(0, shares[0], shares[1]);",
            "return PayoutsLibrary.pack(0, shares[1], shares[0]);"),
    by_hand("B37", "consent to another state counts", MANAGER,
            "if (consents != 0 && state.round() == record.round()) {", "if (consents != 0) {"),
    by_hand("B37", "consents outlive a newer state", f"{TYPES}/Record.sol",
            "uint256 deadline = Record.unwrap(self) & (MAX_TIME << DEADLINE_SHIFT);",
            "uint256 deadline = Record.unwrap(self) & (MAX_TIME << DEADLINE_SHIFT | CONSENTS);"),
    by_hand("B38", "a stranger closes", MANAGER, "revert SenderMayNotClose(msg.sender);", "return 0;"),
    by_hand("rule", "the same round changes a consent", MANAGER,
            "if (record.isOf(stateHash)) return (record, stateHash);",
            "if (record.isOf(stateHash)) {\n                return (signatures.length == 0 ? record : Record.wrap(Record.unwrap(record) ^ 1), stateHash);\n            }"),
    by_hand("B54", "a batch stops at its first failure, and does not tell", MANAGER, "if (!success) _reportFailure(i);", "if (!success) break;"),
    by_hand("B41", "a delegate consents", MANAGER,
            "uint256 round = _close(channelId, channel, terms, evidence, record, party, 0);",
            "uint256 round = _close(channelId, channel, terms, evidence, record, party, 1 << party);"),
    by_hand("B45", "a mutual close is signed like a state", f"{LIBRARIES}/Hashes.sol",
            'keccak256("Close(bytes32 channelId,uint64 round,int256[] nets,uint64 validUntil)");',
            'keccak256("State(bytes32 channelId,uint64 round,int256[] nets,bytes32 instancesRoot)");'),
    by_hand("B46", "an answer at the last second is too late", f"{LIBRARIES}/Window.sol",
            "if (block.timestamp >= deadline) revert IChannelErrors.InstanceOver",
            "if (block.timestamp + 1 >= deadline) revert IChannelErrors.InstanceOver"),
    by_hand("B48", "a batch ends with its first failure", MANAGER, "if (!success) _reportFailure(i);", "require(success);"),
    by_hand("B51", "a root of zero proves any leaf", f"{LIBRARIES}/Merkle.sol",
            "if (node != root) revert", "if (root != 0 && node != root) revert"),
    by_hand("B52", "a signature is cut where it likes", f"{LIBRARIES}/Signatures.sol",
            "if (signature.length != FULL) revert IChannelErrors.SignatureLengthInvalid(signature.length);", ""),
    by_hand("B54", "a call of a batch may take all the gas", MANAGER,
            "success := delegatecall(gasEach, address(), copy, data.length, 0, 0)",
            "success := delegatecall(gas(), address(), copy, data.length, 0, 0)"),
    by_hand("B32", "a preimage that is shown again is young again", "contracts/apps/PreimageRegistry.sol",
            "if (seenAt[hash] != 0) return hash;", ""),
    by_hand("B32", "a lock pays for the hash of something else", "contracts/apps/PreimageRegistry.sol",
            "hash = keccak256(abi.encode(preimage));", "hash = preimage;"),
    by_hand("B32", "a lock pays until its preimage is seen", "contracts/apps/HashTimeLock.sol",
            "return new int256[](lock.deltas.length);\n        return lock.deltas;",
            "return lock.deltas;\n        return new int256[](lock.deltas.length);"),
    by_hand("app", "one oracle counts twice", "contracts/apps/OracleEscrow.sol",
            "if (next++ == escrow.signers.length)", "if (next == escrow.signers.length)"),
    by_hand("app", "one oracle less is enough", "contracts/apps/OracleEscrow.sol",
            "for (uint256 i; i < escrow.threshold; ++i) {", "for (uint256 i = 1; i < escrow.threshold; ++i) {"),
    by_hand("app", "a delivery may be of any escrow", "contracts/apps/OracleEscrow.sol",
            "abi.encode(DELIVERED_TYPEHASH, escrow.escrowId)", "abi.encode(DELIVERED_TYPEHASH, bytes32(0))"),
    by_hand("app", "what is delivered is refunded", "contracts/apps/OracleEscrow.sol",
            "return isDelivered ? escrow.deltas", "return !isDelivered ? escrow.deltas"),
    by_hand("app", "a reading may be of any feed", "contracts/apps/SignedFeed.sol",
            "abi.encode(READING_TYPEHASH, policy.feed, value, readAt)", "abi.encode(READING_TYPEHASH, bytes32(0), value, readAt)"),
    by_hand("app", "the insurance pays from the beginning", "contracts/apps/SignedFeed.sol",
            "return policy.isDue ? policy.deltas", "return !policy.isDue ? policy.deltas"),
    by_hand("app", "who leaves wins", "contracts/apps/TicTacToe.sol", "game.mover == 0 ? wager : -wager", "game.mover == 0 ? -wager : wager"),
    by_hand("app", "a full board is lost by the mover", "contracts/apps/TicTacToe.sol",
            "if (isFull(game) && !isWon(game)) return deltas;", ""),
    by_hand("app", "seven lines win", "contracts/apps/TicTacToe.sol", "|| board & 0x054 == 0x054", ""),
    by_hand("app", "the mover moves on", "contracts/apps/TicTacToe.sol", "game.mover = 1 - game.mover;", ""),
    by_hand("app", "a hand that nobody committed to", "contracts/apps/RockPaperScissors.sol",
            "if (revealed != game.commitment) revert CommitmentMismatch(game.commitment, revealed);", ""),
    by_hand("app", "paper wins against scissors", "contracts/apps/RockPaperScissors.sol",
            "return lead == 2 ? -1 : int256(lead);", "return lead == 1 ? -1 : int256(lead) / 2;"),
    by_hand("app", "who does not show wins", "contracts/apps/RockPaperScissors.sol",
            "return turn == Turn.Party0 ? int256(1) : -1;", "return turn == Turn.Party0 ? -1 : int256(1);"),
    by_hand("rule", "an evaluation uses up a step", MANAGER, "touch.steps = touch.progress.steps();", "touch.steps = touch.progress.steps() + 1;"),
    by_hand("rule", "an evaluation extends", MANAGER,
            "touch.extends || !before.isTouched() ? block.timestamp : before.lastTouch()", "block.timestamp"),
    by_hand("rule", "a step after which nobody moves extends", MANAGER, "touch.extends = goesOn;", "touch.extends = true;"),
    by_hand("rule", "a step does not bind its position", f"{LIBRARIES}/Hashes.sol",
            "number, appStateHash, Words.hash(action)", "number, bytes32(0), Words.hash(action)"),
    by_hand("rule", "an instance's earlier outcome still counts", MANAGER,
            "base.deltaSums[i] += deltas[i] - old;", "base.deltaSums[i] += deltas[i];"),
    by_hand("rule", "maturity is forgotten", f"{LIBRARIES}/Window.sol",
            "return max(max(tally.latestTouch(), evidence), tally.matures()) + window;",
            "return max(tally.latestTouch(), evidence) + window;"),
    by_hand("rule", "a thief that slashes itself keeps the bounty", MANAGER,
            "if (isOwn) (toProver, toParty) = (0, toProver + toParty);", ""),
    by_hand("rule", "the last prover is paid, not the first", MANAGER, "if (bounty.prover() != address(0)) return;", ""),
    by_hand("rule", "the bounty is due a round early", MANAGER,
            "if (record.round() < bounty.closedRound() + terms.staleMargin()) return;",
            "if (record.round() + 1 < bounty.closedRound() + terms.staleMargin()) return;"),
    by_hand("rule", "a payee closes where there is a bounty", MANAGER, "if (terms.bounty() == 0) {\n            if (msg.sender == terms.payee(0))",
            "{\n            if (msg.sender == terms.payee(0))"),
    by_hand("rule", "a snapshot that came first kills a close", MANAGER,
            "if (previous.isClosing() || state.round() >= previous.round()) {", "{"),
    by_hand("rule", "an app that may have any code has none that will do", f"{LIBRARIES}/AppCall.sol", "if (expected == 0) return;",
            "if (expected == 0 && gasleft() == 0) return;"),
    by_hand("rule", "a credit replaces the one before it", MANAGER, "credits[to][asset] += amount;", "credits[to][asset] = amount;"),
]

# Which forge tests are asked first about a broken file; all the others only if these see nothing.
FIRST_TESTS = {
    MANAGER: ("Reentrancy.t.sol", "Deploy.t.sol", "Window.t.sol", "Deltas.t.sol", "Multicall.t.sol"),
    f"{LIBRARIES}/AppCall.sol": ("Apps.t.sol", "ForceProgress.t.sol"),
    f"{LIBRARIES}/TokenTransfer.sol": ("Settle.t.sol", "Tokens.t.sol"),
    f"{LIBRARIES}/Window.sol": ("Window.t.sol", "Types.t.sol"),
    f"{TYPES}/Tally.sol": ("Window.t.sol", "Types.t.sol"),
    f"{TYPES}/Messages.sol": ("vectors/Packing.t.sol", "Types.t.sol", "ForceProgress.t.sol"),
    "contracts/periphery/ChannelHashes.sol": ("vectors/Hashes.t.sol", "vectors/Packing.t.sol"),
    "contracts/periphery/ChannelLens.sol": ("ChannelLens.t.sol",),
    "contracts/periphery/PermitDeposits.sol": ("PermitDeposits.t.sol",),
    "contracts/apps/App.sol": ("App.t.sol", "TicTacToe.t.sol"),
    "contracts/apps/Counter.sol": ("CounterApp.t.sol",),
    **{
        f"contracts/apps/{name}.sol": (f"{name}.t.sol",)
        for name in ("HashTimeLock", "OracleEscrow", "PreimageRegistry", "RockPaperScissors", "SignedFeed", "TicTacToe")
    },
}

# Comparisons of times, wherever they are.
TIMES = {
    "contracts/apps/HashTimeLock.sol": r"(seenAt) (>) (lock\.validUntil)",
    "contracts/apps/SignedFeed.sol": r"(readAt|policy\.since) (<|>) (policy\.since|policy\.until)",
    f"{LIBRARIES}/Window.sol": r"(block\.timestamp|deadline|a) (>=|>|<=|<) (deadline|MAX_TIME|finalTime_|validUntil|b)\b",
    f"{TYPES}/Tally.sol": r"(touch|matures_) (>) (floor|self\.latestTouch\(\)|self\.matures\(\))",
    MANAGER: r"(lastTouch|instance\.matures\(\)) (>) (floor)",
}
FLIPPED = {">=": ">", ">": ">=", "<=": "<", "<": "<="}


def of_times(sources):
    """Each comparison of times takes a second more, and a second less."""
    for file, pattern in TIMES.items():
        for match in re.finditer(pattern, sources[file]):
            left, operator, right = match.groups()
            where = function_of(sources[file], match.start())
            for changed in (f"{left} {FLIPPED[operator]} {right}", shifted(left, operator, right)):
                yield Mutation("time", f"{where}: `{match[0]}` is `{changed}`", file, match[0], changed, match.start())


def shifted(left, operator, right):
    """The comparison with its edge a second to the other side than that of the flipped one."""
    return f"{left} + 1 {operator} {right}" if operator in (">=", "<") else f"{left} {operator} {right} + 1"


# What refuses: a condition with a revert, a call of something that requires, a modifier that locks.
CALL = r"^ *(?:\w+\.)?_?(?:require\w*|checked\w*)\((?:[^;()]|\([^;()]*(?:\([^;()]*\))*[^;()]*\))*\);"
GUARD = r"if \((?:[^;{}()]|\([^;{}()]*(?:\([^;{}()]*\)[^;{}()]*)*\))*\) (?:return\b[^;]*|continue);"
MODIFIER = r"(?<!modifier )\b(?:guarded|unlocked|passing\([^)]*\)+)(?=\s*\{)"


# Without them the compiler finds no room on the stack: those written by hand break them in another way.
UNCOMPILED = {
    (f"{LIBRARIES}/AppCall.sol", "no `AppCodeMismatch`"),
    (f"{LIBRARIES}/AppCall.sol", "no `if (expected == 0) return`"),
    (MANAGER, "no `AppCall.requireCode(instance)`"),
}


def of_checks(sources):
    """Each check is removed once."""
    for file, text in sources.items():
        places = [(start, end, f"no `{name}`", "{}") for start, end, name in conditions(text)]
        places += [(*match.span(), f"no `{short(match[0])}`", "{}") for match in re.finditer(GUARD, text, re.M)]
        places += list(operands(text))
        places += [(*match.span(), f"no `{short(match[0])}`", "") for match in re.finditer(CALL, text, re.M)]
        places += [(*match.span(), f"not `{match[0]}`", "") for match in re.finditer(MODIFIER, text)]
        for start, end, what, instead in sorted(places):
            if (file, what) in UNCOMPILED:
                continue
            yield Mutation("check", f"{function_of(text, start)}: {what}", file, text[start:end], instead, start)


def operands(text):
    """Each operand of what a check joins by `||` or `&&`, with what stands there if it is left out."""
    for start, end, name in conditions(text):
        opening = text.index("(", start)
        inside = text[opening + 1 : closing(text, opening)]
        for joint in ("||", "&&"):
            parts = split(inside, joint)
            for index, part in enumerate(parts if len(parts) > 1 else []):
                rest = f" {joint} ".join(parts[:index] + parts[index + 1 :])
                changed = text[start : opening + 1] + rest + text[opening + 1 + len(inside) : end]
                yield start, end, f"`{name}` without `{short(part)}`", changed


def split(condition, joint):
    """The operands, if the condition joins them at its top by nothing else."""
    parts, depth, begin = [], 0, 0
    for at, letter in enumerate(condition):
        depth += {"(": 1, ")": -1}.get(letter, 0)
        if depth == 0 and condition.startswith(joint, at):
            parts.append(condition[begin:at].strip())
            begin = at + len(joint)
    parts.append(condition[begin:].strip())
    other = {"||": "&&", "&&": "||"}[joint]
    return parts if not any(other in part and not part.startswith("(") for part in parts) else [condition]


def conditions(text):
    """Where each `if (...) revert ...;` begins and ends, and what it reverts with."""
    for match in re.finditer(r"\bif \(", text):
        end = closing(text, match.end() - 1) + 1
        rest = text[end:]
        action = re.match(r"\s*(?:\{\s*)?(?:revert\s+([\w.]+)\(|(refuse)\()", rest)
        if not action:
            continue
        stop = end + rest.index(";", action.end()) + 1
        if rest.lstrip().startswith("{"):
            stop = text.index("}", stop) + 1
        yield match.start(), stop, (action[1] or action[2]).split(".")[-1]


def closing(text, opening):
    """Where the parenthesis that opens there is closed."""
    depth = 0
    for at in range(opening, len(text)):
        depth += {"(": 1, ")": -1}.get(text[at], 0)
        if depth == 0:
            return at
    raise ValueError("a parenthesis is never closed")


def function_of(text, at):
    """The name of the function that this place is in."""
    names = re.findall(r"\b(?:function (\w+)|modifier (\w+)|(constructor))\b", text[: at + 1])
    return "".join(names[-1]) if names else "file"


def short(call):
    call = " ".join(call.strip().rstrip(";").split())
    return call if len(call) < 60 else call[:57] + "..."


def all_mutations(root):
    """All of them, for the contracts of the folder; those that are alike are told apart by a number."""
    files = sorted(file for file in (root / "contracts").rglob("*.sol") if "interfaces" not in file.parts)
    sources = {str(file.relative_to(root)): file.read_text() for file in files}
    seen = {}
    for each in [*BY_HAND, *of_times(sources), *of_checks(sources)]:
        count = seen[each.file, each.what] = seen.get((each.file, each.what), 0) + 1
        yield replace(each, what=f"{each.what} ({count})") if count > 1 else each
