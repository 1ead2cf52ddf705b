// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {Instance, InstanceLibrary} from "../../../contracts/types/Instance.sol";
import {Close, Delegation, MessageLibrary, Step, Withdraw} from "../../../contracts/types/Messages.sol";
import {NATIVE} from "../../../contracts/types/Terms.sol";
import {vm} from "../Vm.sol";
import {Choices} from "./Choices.sol";
import {FicklePayee} from "./FicklePayee.sol";
import {FickleToken} from "./FickleToken.sol";
import {Op} from "./Judge.sol";
import "./Model.sol";
import {Kind, Position} from "./PlayApp.sol";
import {World} from "./World.sol";

/// @notice Where a channel stands, by the model.
/// @param end first moment at which it can be settled
/// @param bound latest moment at which `end` can be, by section 6
struct Sight {
    bytes32 id;
    address[] assets;
    bool isClosed;
    bytes32 recorded;
    uint256 round;
    uint256 shown;
    uint256 consents;
    uint256 evidence;
    uint256 serial;
    uint256[2] epochs;
    uint256 end;
    uint256 bound;
}

/// @notice What can be done to a channel, and by its parties among themselves, each by a throw of the dice.
/// @dev One party of each channel is the victim of the other: at the last second it does what the protocol asks of it.
contract Handler is Choices {
    uint256 private constant GAS_EACH = 3_000_000;
    uint256 private constant MOST_DUTIES = 64;
    uint256 private constant NEVER = type(uint256).max;
    uint256 private constant TO_SHOW = type(uint256).max;

    modifier seeded(uint256 seed) {
        if (isOver) return;
        vm.warp(clock);
        throwDice(seed);
        isForged = false;
        _;
    }

    constructor(bool isHostile_) World(isHostile_) {
        throwDice(0);
        for (uint256 i; i < SLOTS; ++i) {
            openChannel(i);
        }
    }

    // Money in and out

    function deposit(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        depositTo(g, roll(2), g.terms.assets[roll(g.terms.assets.length)], 1 + roll(30 ether));
    }

    function withdraw(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        Withdraw memory message;
        uint256 count = g.terms.assets.length;
        message.serial = uint64(g.serial + (lie(8) ? 1 + roll(2) : 0));
        if (lie(8) && g.serial != 0) --message.serial;
        message.amounts = new uint256[](2 * count);
        for (uint256 i; i < 2 * count; ++i) {
            uint256 available = uint256(escrow(g, i / 2));
            message.amounts[i] = roll(available / 4 + 1);
            if (lie(24)) message.amounts[i] = available + 1;
        }
        message.recipients = [accounts[roll(accounts.length)], accounts[roll(accounts.length)]];
        message.validUntil = validUntil();

        address sender = anybody(g);
        (bytes32 domain_, bytes32 id) = bind(g);
        Withdraw memory signed = abi.decode(abi.encode(message), (Withdraw));
        if (forge(16)) ++signed.serial;
        if (forge(16)) signed.recipients[roll(2)] = address(this);
        if (forge(16)) ++signed.amounts[0];
        if (forge(16)) ++signed.validUntil;
        bytes memory signatures = sealBoth(domain_, hashes.withdraw(id, signed), sender);
        bytes memory data = abi.encodeCall(manager.withdraw, (packed(g), message, signatures));
        mayFork();
        bytes32 finding = refuseWithdraw(g, message, !isForged);
        if (attempt(Op.Withdraw, sender, data, starved(), finding)) applyWithdraw(g, message);
        compareMoney();
    }

    function claim(uint256 seed) external seeded(seed) {
        address asset = assets[roll(assets.length)];
        address creditor = accounts[roll(accounts.length)];
        for (uint256 i; i < accounts.length * assets.length && owed[asset][creditor] == 0; ++i) {
            asset = assets[i % assets.length];
            creditor = accounts[i / assets.length];
        }
        bool isElsewhere = chance(2);
        address recipient = isElsewhere ? accounts[roll(accounts.length)] : creditor;
        bytes memory data = isElsewhere
            ? abi.encodeCall(manager.claimTo, (recipient, asset))
            : abi.encodeCall(manager.claim, (creditor, asset));
        uint256 amount = owed[asset][creditor];
        bytes32 finding = amount == 0 ? NO_CREDIT : takes(asset, recipient) ? NOTHING : CREDIT_LOST;
        if (attempt(Op.Claim, isElsewhere ? creditor : stranger, data, ENOUGH_GAS, finding)) {
            owed[asset][creditor] = 0;
            paid[asset][recipient] += amount;
        }
        compareMoney();
    }

    // What the parties do among themselves, and the world around them

    function agree(uint256 seed) external seeded(seed) {
        if (agreeOn(channel())) ++successes[Op.Agree];
    }

    function reveal(uint256 seed) external seeded(seed) {
        app.reveal(anyFact(ghosts[slots[roll(SLOTS)]]));
    }

    function misbehave(uint256 seed) external seeded(seed) {
        if (!isHostile) return;
        uint256 i = roll(2);
        bytes memory temptation = abi.encodeCall(manager.claim, (address(ficklePayees[i]), NATIVE));
        ficklePayees[i].become(FicklePayee.Mood(roll(6)), address(manager), temptation);
        Ghost storage g = ghosts[slots[roll(SLOTS)]];
        tokens[1].become(FickleToken.Mood(roll(8)), g.id);
    }

    // Evidence and closing

    function snapshot(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        address sender = anybody(g);
        record(g, pickEvidence(g, sender), sender);
    }

    function close(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        address sender = chance(4) ? anybody(g) : signers[roll(2)];
        closeWith(Op.Close, g, pickEvidence(g, sender), sender, false);
    }

    function consent(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        if (!isHostile && !chance(2)) return;
        address sender = lie(4) ? anybody(g) : signers[g.consents[0] ? 1 : g.consents[1] ? 0 : roll(2)];
        Evidence memory e = pickEvidence(g, sender);
        if (!lie(4) && e.state.round < g.round) e = evidenceOf(g.recorded);
        closeWith(Op.Consent, g, e, sender, true);
    }

    function closeAsDelegate(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        address sender = lie(8) ? anybody(g) : DELEGATE;
        Evidence memory e = pickEvidence(g, sender);
        Delegation memory delegation;
        delegation.party = uint8(roll(2));
        delegation.delegate = DELEGATE;
        delegation.epoch = uint64(g.epochs[delegation.party] + (lie(8) ? 1 : 0));
        if (lie(8) && g.epochs[delegation.party] != 0) --delegation.epoch;
        delegation.minRound = uint64(roll(max(g.round, e.state.round) + 1) + (lie(8) ? 3 : 0));
        delegation.validUntil = validUntil();
        bytes32 finding = refuseClose(g, e, false);

        isForged = false;
        bytes memory signature = sealDelegation(g, delegation);
        if (finding == NOTHING) finding = refuseDelegate(g, e, delegation, sender, !isForged);
        mayFork();
        bytes memory data = abi.encodeCall(manager.closeSoloAsDelegate, (packed(g), packed(e), delegation, signature));
        if (attempt(Op.DelegateClose, sender, data, ENOUGH_GAS, finding)) {
            applyClose(g, e, sender, delegation.party, false);
        }
    }

    function revoke(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        address sender = lie(4) ? anybody(g) : signers[roll(2)];
        bytes memory data = abi.encodeCall(manager.revokeDelegations, (packed(g)));
        uint256 party = partyOf(sender);
        mayFork();
        if (attempt(Op.Revoke, sender, data, ENOUGH_GAS, party == 2 ? NOT_ALLOWED : NOTHING)) ++g.epochs[party];
    }

    function closeMutual(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        if (!chance(8)) return;
        Close memory message = Close(uint64(g.round + 1 + roll(2)), validUntil(), anyNets(g));
        if (lie(6)) message.round = uint64(roll(g.round + 1));
        address sender = anybody(g);
        (bytes32 domain_, bytes32 id) = bind(g);
        Close memory signed = abi.decode(abi.encode(message), (Close));
        if (forge(12)) ++signed.round;
        if (forge(12)) ++signed.nets[0];
        if (forge(12)) --signed.validUntil;
        bytes memory signatures = sealBoth(domain_, hashes.close(id, MessageLibrary.pack(signed)), sender);
        bytes32 finding = g.isClosed
            ? CLOSED
            : isForged
                ? FORGED
                : clock > message.validUntil ? EXPIRED : message.round <= g.round ? ROUND_STALE : NOTHING;
        mayFork();
        bytes memory data =
            abi.encodeCall(manager.closeMutual, (packed(g), bytes.concat(MessageLibrary.pack(message), signatures)));
        if (attempt(Op.CloseMutual, sender, data, starved(), finding)) payOut(g, message.nets, 0, false);
        compareMoney();
    }

    function settle(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        bytes32 hash = lie(8) && g.agreed.length != 0 ? g.agreed[roll(g.agreed.length)] : g.recorded;
        mayFork();
        settleWith(g, hash, anybody(g), starved());
    }

    // Forced progress

    function step(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        address sender = anybody(g);
        Evidence memory e = pickRunning(g, sender);
        uint256 count = instancesOf[e.hash].length;
        if (count == 0) return;
        uint256 i = roll(count);
        // Rather one where somebody may move.
        if (!isPlayable(positionOf(e.hash, leafOf(instancesOf[e.hash][i])))) i = count - 1 - i;
        stepOn(g, e, i, sender);
    }

    function evaluate(uint256 seed) external seeded(seed) {
        Ghost storage g = channel();
        address sender = anybody(g);
        Evidence memory e = pickRunning(g, sender);
        uint256 count = instancesOf[e.hash].length;
        if (count != 0) evaluateOn(g, e, roll(count), sender);
    }

    // Batches, and time

    function multicall(uint256 seed) external seeded(seed) {
        bytes[] memory calls = new bytes[](3);
        bytes32[] memory expected = new bytes32[](3);
        for (uint256 i; i < calls.length; ++i) {
            Ghost storage g = channel();
            isForged = false;
            Evidence memory e = pickEvidence(g, stranger);
            if (!isHostile && refuseState(g, e) != NOTHING) e = evidenceOf(g.recorded);
            if (isHostile && chance(3)) {
                (calls[i], expected[i]) = (poison(g, e), APP_REFUSES);
            } else if (chance(4) && isClosing(g) && clock >= (isHostile ? g.evidence : finalTime(g))) {
                calls[i] = abi.encodeCall(manager.settle, (packed(g), MessageLibrary.pack(states[g.recorded])));
                expected[i] = refuseSettle(g, g.recorded);
                if (expected[i] == NOTHING) payOut(g, states[g.recorded].nets, g.recorded, true);
            } else {
                calls[i] = abi.encodeCall(manager.slash, (packed(g), packed(e)));
                expected[i] = refuseState(g, e);
                if (expected[i] == NOTHING) applyState(g, e, stranger);
            }
        }
        vm.prank(stranger);
        try manager.multicall(calls, GAS_EACH) returns (bool[] memory succeeded) {
            for (uint256 i; i < calls.length; ++i) {
                if (!succeeded[i] && expected[i] == NOTHING) blame("8 a call of a batch is refused");
                if (succeeded[i] && expected[i] != NOTHING) blame(expected[i]);
            }
            ++successes[Op.Multicall];
        } catch {
            blame("8 a batch is refused");
        }
        compareMoney();
    }

    /// @notice Time passes, to the edge of a deadline or anywhere. The victims do in the last second what they must.
    function wait(uint256 seed) external seeded(seed) {
        uint256 target = anyMoment(ghosts[slots[roll(SLOTS)]]);
        for (uint256 i; i < MOST_DUTIES && !isOver; ++i) {
            (uint256 slot, uint256 deadline, uint256 task) = firstDuty();
            if (deadline > target) break;
            if (deadline > clock + 1) warp(deadline - 1);
            fulfil(ghosts[slots[slot]], task);
            // What a hostile peer does next, it does in the same second.
            if (isHostile && chance(2)) return;
        }
        if (target > clock) warp(target);
    }

    // Driving a channel to its end

    /// @notice One party alone empties the channel. If it is contested, somebody plays each instance to its last step,
    /// each time in the last second.
    function drive(uint256 slot, uint256 party, bool isContested) external {
        if (isOver) return;
        vm.warp(clock);
        Ghost storage g = ghosts[slots[slot]];
        if (g.isClosed) return;
        (isCandid, isDriving) = (true, true);
        address sender = signers[party];
        if (!isClosing(g)) closeWith(Op.Close, g, evidenceOf(g.recorded), sender, false);
        if (isContested) contest(g);
        uint256 end = finalTime(g);
        if (end > latestEnd(g)) blame("4 a dispute outlasts its bound");
        if (end > clock) warp(end);
        settleWith(g, g.recorded, sender, ENOUGH_GAS);
        (isCandid, isDriving) = (false, false);
    }

    function contest(Ghost storage g) private {
        Evidence memory e = evidenceOf(g.recorded);
        Instance[] memory running = instancesOf[g.recorded];
        bool isMoving = true;
        while (isMoving && !isOver) {
            isMoving = false;
            for (uint256 i; i < running.length; ++i) {
                Position memory p = positionOf(e.hash, leafOf(running[i]));
                uint256 deadline = instanceDeadline(g, e.hash, running[i]);
                bool isExhausted = spots[e.hash][leafOf(running[i])].steps == running[i].maxSteps;
                if (!isPlayable(p) || isExhausted || clock >= deadline) continue;
                warp(deadline - 1);
                isMoving = stepOn(g, e, i, stranger);
            }
        }
    }

    function isPlayable(Position memory p) private pure returns (bool) {
        if (p.kind == Kind.Riddle) return p.turn == 0;
        return p.kind == Kind.Endless || (p.kind == Kind.Heap && p.size != 0);
    }

    // Views for the invariants

    function channelCount() external view returns (uint256) {
        return ghosts.length;
    }

    function accountCount() external view returns (uint256) {
        return accounts.length;
    }

    /// @notice What is in a slot.
    function current(uint256 slot) external view returns (Sight memory) {
        return sightOf(slots[slot]);
    }

    function sightOf(uint256 index) public view returns (Sight memory) {
        Ghost storage g = ghosts[index];
        uint256 consents = (g.consents[0] ? 1 : 0) + (g.consents[1] ? 2 : 0);
        return Sight(
            g.id,
            g.terms.assets,
            g.isClosed,
            g.recorded,
            g.round,
            g.shown,
            consents,
            g.evidence,
            g.serial,
            g.epochs,
            finalTime(g),
            latestEnd(g)
        );
    }

    /// @notice What a party has in a channel of an asset, by its index.
    function balanceIn(uint256 index, uint256 asset, uint256 party) external view returns (int256) {
        return ghosts[index].put[asset][party];
    }

    /// @notice The leaves of all instances of a state.
    function runningOn(bytes32 base) external view returns (bytes32[] memory leaves) {
        leaves = new bytes32[](instancesOf[base].length);
        for (uint256 i; i < leaves.length; ++i) {
            leaves[i] = leafOf(instancesOf[base][i]);
        }
    }

    function spotOf(bytes32 base, bytes32 leaf) external view returns (Spot memory) {
        return spots[base][leaf];
    }

    function movedOn(bytes32 base, uint256 asset) external view returns (int256) {
        return deltaSum(base, asset);
    }

    // Evidence

    function record(Ghost storage g, Evidence memory e, address sender) private {
        bytes memory data = chance(2)
            ? abi.encodeCall(manager.snapshotSolo, (packed(g), packed(e)))
            : abi.encodeCall(manager.slash, (packed(g), packed(e)));
        mayFork();
        if (!isForked) noteShown(g, e);
        if (attempt(Op.Snapshot, sender, data, ENOUGH_GAS, refuseState(g, e))) applyState(g, e, sender);
    }

    function closeWith(Op op, Ghost storage g, Evidence memory e, address sender, bool consents) private {
        bytes memory data = abi.encodeCall(manager.closeSolo, (packed(g), packed(e), consents));
        uint256 party = consents ? partyOf(sender) : closerOf(g, sender);
        bytes32 finding = party < 2 ? refuseClose(g, e, consents) : consents ? NO_CONSENT : NOT_ALLOWED;
        mayFork();
        if (attempt(op, sender, data, ENOUGH_GAS, finding)) applyClose(g, e, sender, party, consents);
        compareMoney();
    }

    function refuseDelegate(
        Ghost storage g,
        Evidence memory e,
        Delegation memory delegation,
        address sender,
        bool isGenuine
    ) private view returns (bytes32) {
        if (sender != delegation.delegate) return NOT_ALLOWED;
        if (!isGenuine) return FORGED;
        if (clock > delegation.validUntil) return EXPIRED;
        if (delegation.epoch != g.epochs[delegation.party]) return REVOKED;
        return max(g.round, e.state.round) < delegation.minRound ? NOT_ALLOWED : NOTHING;
    }

    function settleWith(Ghost storage g, bytes32 hash, address sender, uint256 gasLimit) private {
        bytes32 finding = refuseSettle(g, hash);
        bytes memory data = abi.encodeCall(manager.settle, (packed(g), MessageLibrary.pack(states[hash])));
        uint256 index = roll(g.terms.assets.length);
        (uint256 least, uint256 most) = (guaranteed(g, index), uint256(escrow(g, index)));
        int256 net = (hash == 0 ? int256(0) : states[hash].nets[index]) + deltaSum(hash, index);
        if (!attempt(Op.Settle, sender, data, gasLimit, finding)) return;
        uint256 share = share0(g, index, net);
        if (g.victim == 1) share = most - share;
        if (share < least && !isDriving) blame("3 less than the worst outcome");
        payOut(g, states[hash].nets, hash, true);
        compareMoney();
    }

    // Steps

    /// @return whether it was made
    function stepOn(Ghost storage g, Evidence memory e, uint256 i, address sender) private returns (bool) {
        Instance memory instance = instancesOf[e.hash][i];
        bytes32 leaf = leafOf(instance);
        Step memory s;
        s.number = uint8(spots[e.hash][leaf].steps + 1);
        s.appState = lie(10) ? openingOf[leaf] : appStateOf(e.hash, leaf);
        if (lie(12)) s.number += 1;
        if (lie(12)) s.number = 1;
        Position memory p = abi.decode(s.appState, (Position));
        uint256 mover = p.kind <= Kind.Endless ? p.turn : roll(2);
        if (lie(10)) mover = 1 - mover;
        s.action = actionFor(g, p, mover);

        Turn who;
        bytes memory signature;
        uint256 way = roll(4);
        // One signature alone counts only with the sender that it was made for.
        bool isAnybody = e.signatures.length == 0 || e.signatures.length > 65;
        if (way == 0 && isAnybody) {
            sender = signers[mover];
            who = Turn(mover);
        } else if (way == 1 && (p.kind == Kind.Riddle || isHostile)) {
            who = partyOf(sender) < 2 ? Turn(partyOf(sender)) : Turn.Anyone;
        } else {
            isForged = false;
            signature = sealStep(g, e.hash, leaf, s, mover);
            who = isForged ? Turn.Nobody : Turn(mover);
        }
        bytes memory proof = proofOf(e.hash, i);
        if (lie(16)) instance.maxSteps += 1;
        bytes32 finding = refuseStep(g, e, instance, s, who);
        mayFork();
        bytes memory data = abi.encodeCall(
            manager.forceProgress,
            (
                packed(g),
                packed(e),
                bytes.concat(InstanceLibrary.pack(instance), proof),
                MessageLibrary.pack(s, signature)
            )
        );
        if (!attempt(Op.Step, sender, data, starved(), finding)) return false;
        (bytes memory next,,) = app.transition(s.appState, s.action, who);
        applyState(g, e, sender);
        applyTouch(g, e, instance, next, true);
        return true;
    }

    function evaluateOn(Ghost storage g, Evidence memory e, uint256 i, address sender) private {
        Instance memory instance = instancesOf[e.hash][i];
        bytes32 leaf = leafOf(instance);
        bytes memory appState = lie(8) ? openingOf[leaf] : appStateOf(e.hash, leaf);
        bytes memory proof = proofOf(e.hash, i);
        if (lie(12)) ++instance.stakes[0];
        bytes32 finding = refuseTouch(g, e, instance, appState);
        mayFork();
        bytes memory data = abi.encodeCall(
            manager.evaluate, (packed(g), packed(e), bytes.concat(InstanceLibrary.pack(instance), proof), appState)
        );
        if (!attempt(Op.Evaluate, sender, data, starved(), finding)) return;
        applyState(g, e, sender);
        applyTouch(g, e, instance, appState, false);
    }

    // What the victim must do

    /// @dev Over all channels, what must be done first, and before when.
    function firstDuty() private view returns (uint256 slot, uint256 deadline, uint256 task) {
        deadline = NEVER;
        for (uint256 i; i < SLOTS; ++i) {
            (uint256 due, uint256 what) = dutyOf(ghosts[slots[i]]);
            if (due < deadline) (slot, deadline, task) = (i, due, what);
        }
    }

    function dutyOf(Ghost storage g) private view returns (uint256 deadline, uint256 task) {
        deadline = NEVER;
        if (g.isClosed || !isClosing(g)) return (deadline, task);
        uint256 count = g.agreed.length;
        if (g.isVigilant && count != 0 && clock < g.evidence && states[g.agreed[count - 1]].round > g.round) {
            (deadline, task) = (g.evidence, TO_SHOW);
        }
        Instance[] storage running = instancesOf[g.recorded];
        for (uint256 i; i < running.length; ++i) {
            uint256 due = instanceDeadline(g, g.recorded, running[i]);
            if (clock < due && due < deadline && mustAnswer(g, running[i])) (deadline, task) = (due, i);
        }
    }

    function mustAnswer(Ghost storage g, Instance memory instance) private view returns (bool) {
        bytes32 leaf = leafOf(instance);
        Spot storage spot = spots[g.recorded][leaf];
        bool isTouched = spot.lastTouch != 0;
        Position memory p = positionOf(g.recorded, leaf);
        if (p.kind == Kind.Heap) {
            return isWon(p, g.victim) && (!isTouched || (p.size != 0 && p.turn == g.victim));
        }
        if (g.victim == 0) return false;
        if (p.kind == Kind.Riddle) return p.turn == 0;
        if (p.kind == Kind.Fragile || p.kind == Kind.Lock) {
            return !isTouched || spot.deltas[0] != worstDelta(1, instance, 0);
        }
        return false;
    }

    function fulfil(Ghost storage g, uint256 task) private {
        isCandid = true;
        address sender = chance(2) ? signers[g.victim] : stranger;
        isForged = false;
        if (task == TO_SHOW) {
            record(g, sealed_(g, g.agreed[g.agreed.length - 1], sender), sender);
        } else {
            Evidence memory e = evidenceOf(g.recorded);
            Position memory p = positionOf(e.hash, leafOf(instancesOf[e.hash][task]));
            bool isMine = p.kind == Kind.Riddle || (p.kind == Kind.Heap && p.turn == g.victim);
            if (isMine) stepOn(g, e, task, sender);
            else evaluateOn(g, e, task, sender);
        }
        ++successes[Op.Answer];
        isCandid = false;
    }
}
