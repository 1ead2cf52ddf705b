// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../../../contracts/interfaces/IApp.sol";
import {Instance, InstanceLibrary} from "../../../contracts/types/Instance.sol";
import {State, Step, Withdraw} from "../../../contracts/types/Messages.sol";
import {Terms} from "../../../contracts/types/Terms.sol";
import {Kind, Position} from "./PlayApp.sol";
import {World} from "./World.sol";

/// @notice A channel as the rules see it, in plain fields.
/// @param victim the party that keeps to the protocol; the other may not
/// @param isVigilant whether the victim answers a stale close
/// @param put per asset and party: put in less taken out
/// @param isKnown per asset: whether money of it was taken in, or out
/// @param agreed hashes of all states that both parties signed
/// @param recorded hash of the recorded state, 0 for round 0
/// @param shown greatest round of a co-signed state that anybody has submitted in time
/// @param evidence `E`; 0 while the channel is open
struct Ghost {
    bytes32 id;
    Terms terms;
    uint256 victim;
    bool isVigilant;
    mapping(uint256 index => int256[2]) put;
    mapping(uint256 index => bool) isKnown;
    uint256 serial;
    uint256[2] epochs;
    bytes32[] agreed;
    bytes32 recorded;
    uint256 round;
    uint256 shown;
    bool[2] consents;
    uint256 start;
    uint256 evidence;
    uint256 closer;
    uint256 closedRound;
    address prover;
    bool isClosed;
}

/// @notice An instance on one base, as the rules see it.
struct Spot {
    uint256 lastTouch;
    uint256 steps;
    bytes appState;
    int256[] deltas;
}

/// @notice A state as somebody hands it in.
/// @param isGenuine whether what is handed in with it are both parties' signatures of just this
struct Evidence {
    State state;
    bytes32 hash;
    bytes signatures;
    bool isGenuine;
}

/// @dev Why the rules refuse a call: the numbers of the claims that would be broken if they did not, and how.
bytes32 constant NOTHING = "";
bytes32 constant CLOSED = "1 a closed channel lives";
bytes32 constant AMOUNT_WRONG = "1 a wrong amount moves";
bytes32 constant NO_MONEY = "1 money from nowhere";
bytes32 constant NO_CREDIT = "1 a credit from nowhere";
bytes32 constant CREDIT_LOST = "1 a credit paid to nobody";
bytes32 constant ROUND_STALE = "25 a lower round is recorded";
bytes32 constant CONFLICT = "2 another state of the round";
bytes32 constant NOT_RECORDED = "2 not the recorded state";
bytes32 constant NOT_CLOSING = "2 settled without a close";
bytes32 constant WITHIN_EVIDENCE = "2 settled before E";
bytes32 constant NO_CONSENT = "2 a consent of nobody";
bytes32 constant EVIDENCE_OVER = "3 newer state after E";
bytes32 constant CONSENT_OVER = "3 consent after E";
bytes32 constant RUNNING = "3 consent voids instances";
bytes32 constant NOT_FINAL = "3 settled before final time";
bytes32 constant INSTANCE_OVER = "4 touched after its deadline";
bytes32 constant EXHAUSTED = "4 more steps than agreed";
bytes32 constant NOT_IN_STATE = "6 instance of another state";
bytes32 constant NUMBER_WRONG = "6 wrong step number";
bytes32 constant POSITION_WRONG = "6 wrong position";
bytes32 constant TURN_WRONG = "6 wrong mover";
bytes32 constant APP_REFUSES = "6 app does not allow it";
bytes32 constant UNCHANGED = "6 step without a move";
bytes32 constant FORGED = "7 signed for something else";
bytes32 constant SERIAL_WRONG = "7 wrong serial";
bytes32 constant EXPIRED = "7 expired";
bytes32 constant REVOKED = "7 of another epoch";
bytes32 constant NOT_ALLOWED = "7 nobody's power to close";

/// @notice The rules, written as naively as possible: lists instead of sums, plain fields instead of packed words.
abstract contract Model is World {
    Ghost[] internal ghosts;
    mapping(bytes32 stateHash => State) internal states;
    mapping(bytes32 stateHash => Instance[]) internal instancesOf;
    mapping(bytes32 leaf => bytes) internal openingOf;
    mapping(bytes32 stateHash => mapping(bytes32 leaf => Spot)) internal spots;
    /// @notice How often a bounty was paid.
    uint256 public punishments;
    mapping(address asset => mapping(address account => uint256)) public paid;
    mapping(address asset => mapping(address account => uint256)) public owed;

    // Times

    function isClosing(Ghost storage g) internal view returns (bool) {
        return g.evidence != 0;
    }

    function max(uint256 a, uint256 b) internal pure returns (uint256) {
        return a > b ? a : b;
    }

    function instanceDeadline(Ghost storage g, bytes32 base, Instance memory instance) internal view returns (uint256) {
        uint256 touch = spots[base][leafOf(instance)].lastTouch;
        if (touch == 0) return g.evidence + g.terms.window;
        return max(max(touch, g.evidence), instance.matures) + g.terms.window;
    }

    function finalTime(Ghost storage g) internal view returns (uint256 time) {
        Instance[] storage running = instancesOf[g.recorded];
        time = g.evidence;
        for (uint256 i; i < running.length; ++i) {
            time = max(time, instanceDeadline(g, g.recorded, running[i]));
        }
    }

    /// @notice The latest moment at which the dispute can end, by section 6.
    function latestEnd(Ghost storage g) internal view returns (uint256 time) {
        Instance[] storage running = instancesOf[g.recorded];
        time = g.start;
        uint256 steps;
        for (uint256 i; i < running.length; ++i) {
            if (spots[g.recorded][leafOf(running[i])].lastTouch != 0) time = max(time, running[i].matures);
            steps = max(steps, running[i].maxSteps);
        }
        time += g.terms.window * (3 + steps);
    }

    // Money

    function indexOf(Ghost storage g, address asset) internal view returns (uint256 index) {
        while (index < g.terms.assets.length && g.terms.assets[index] != asset) ++index;
    }

    function escrow(Ghost storage g, uint256 index) internal view returns (int256) {
        return g.put[index][0] + g.put[index][1];
    }

    function clamp(int256 x, int256 low, int256 high) internal pure returns (int256) {
        if (x < low) return low;
        return x > high ? high : x;
    }

    function share0(Ghost storage g, uint256 index, int256 net) internal view returns (uint256) {
        return uint256(clamp(g.put[index][0] - net, 0, escrow(g, index)));
    }

    /// @notice The sum of all instances' deltas on a base.
    function deltaSum(bytes32 base, uint256 index) internal view returns (int256 sum) {
        Instance[] storage running = instancesOf[base];
        for (uint256 i; i < running.length; ++i) {
            int256[] storage deltas = spots[base][leafOf(running[i])].deltas;
            if (deltas.length != 0) sum += deltas[index];
        }
    }

    function pay(address asset, address to, uint256 amount) internal {
        if (takes(asset, to)) paid[asset][to] += amount;
        else owed[asset][to] += amount;
    }

    /// @notice Closes for ever, and pays by `nets`, and by the deltas on `base`, and the bounty if it is due.
    function payOut(Ghost storage g, int256[] memory nets, bytes32 base, bool hasBounty) internal {
        Terms memory terms = g.terms;
        g.isClosed = true;
        for (uint256 i; i < terms.assets.length; ++i) {
            int256 net = (nets.length == 0 ? int256(0) : nets[i]) + deltaSum(base, i);
            uint256[2] memory shares;
            shares[0] = share0(g, i, net);
            shares[1] = uint256(escrow(g, i)) - shares[0];
            if (i == 0 && hasBounty && g.prover != address(0)) punish(g, shares);
            pay(terms.assets[i], terms.parties[0].payee, shares[0]);
            pay(terms.assets[i], terms.parties[1].payee, shares[1]);
            delete g.put[i];
        }
    }

    function punish(Ghost storage g, uint256[2] memory shares) private {
        ++punishments;
        uint256 due = shares[g.closer] < g.terms.bounty ? shares[g.closer] : g.terms.bounty;
        uint256 reward = isOfParty(g, g.prover) ? 0 : due / 2;
        shares[g.closer] -= due;
        shares[1 - g.closer] += due - reward;
        pay(g.terms.assets[0], g.prover, reward);
    }

    function isOfParty(Ghost storage g, address account) internal view returns (bool) {
        return partyOf(account) < 2 || account == g.terms.parties[0].payee || account == g.terms.parties[1].payee;
    }

    /// @notice 2 for nobody's signer.
    function partyOf(address account) internal view returns (uint256) {
        if (account == signers[0]) return 0;
        return account == signers[1] ? 1 : 2;
    }

    // The recording rule

    function refuseState(Ghost storage g, Evidence memory e) internal view returns (bytes32) {
        if (g.isClosed) return CLOSED;
        if (e.state.round == g.round) return e.hash == g.recorded ? NOTHING : CONFLICT;
        if (e.state.round < g.round) return ROUND_STALE;
        if (!e.isGenuine) return FORGED;
        return isClosing(g) && clock >= g.evidence ? EVIDENCE_OVER : NOTHING;
    }

    /// @notice Somebody has shown a co-signed state: from now on nothing older may win.
    function noteShown(Ghost storage g, Evidence memory e) internal {
        bool isInTime = !isClosing(g) || clock < g.evidence;
        if (isInTime && e.isGenuine && !g.isClosed) g.shown = max(g.shown, e.state.round);
    }

    function applyState(Ghost storage g, Evidence memory e, address sender) internal {
        if (e.state.round <= g.round) return;
        (g.round, g.recorded) = (e.state.round, e.hash);
        delete g.consents;
        bool isStale = g.terms.bounty != 0 && isClosing(g) && g.round >= g.closedRound + g.terms.staleMargin;
        if (isStale && g.prover == address(0)) g.prover = sender;
    }

    // Closing

    function refuseClose(Ghost storage g, Evidence memory e, bool consents) internal view returns (bytes32) {
        if (g.isClosed) return CLOSED;
        if (consents && e.state.instancesRoot != 0) return RUNNING;
        bool isNamed = isClosing(g) || e.state.round >= g.round;
        bytes32 finding = isNamed ? refuseState(g, e) : NOTHING;
        if (finding != NOTHING) return finding;
        return consents && isClosing(g) && clock >= g.evidence ? CONSENT_OVER : NOTHING;
    }

    function applyClose(Ghost storage g, Evidence memory e, address sender, uint256 party, bool consents) internal {
        applyState(g, e, sender);
        if (!isClosing(g)) {
            (g.start, g.evidence) = (clock, clock + g.terms.window);
            (g.closer, g.closedRound) = (party, g.round);
        }
        if (consents && e.state.round == g.round) g.consents[party] = true;
        if (g.consents[0] && g.consents[1]) payOut(g, e.state.nets, 0, true);
    }

    /// @notice In whose name `sender` may start closing; 2 for nobody's.
    function closerOf(Ghost storage g, address sender) internal view returns (uint256) {
        if (partyOf(sender) < 2 || g.terms.bounty != 0) return partyOf(sender);
        if (sender == g.terms.parties[0].payee) return 0;
        return sender == g.terms.parties[1].payee ? 1 : 2;
    }

    function refuseSettle(Ghost storage g, bytes32 stateHash) internal view returns (bytes32) {
        if (g.isClosed) return CLOSED;
        if (!isClosing(g)) return NOT_CLOSING;
        if (stateHash != g.recorded) return NOT_RECORDED;
        if (clock < g.evidence) return WITHIN_EVIDENCE;
        return clock < finalTime(g) ? NOT_FINAL : NOTHING;
    }

    // Withdrawals

    function refuseWithdraw(Ghost storage g, Withdraw memory message, bool isGenuine) internal view returns (bytes32) {
        if (g.isClosed) return CLOSED;
        if (!isGenuine) return FORGED;
        if (clock > message.validUntil) return EXPIRED;
        if (message.serial != g.serial) return SERIAL_WRONG;
        uint256 sum;
        for (uint256 i; i < message.amounts.length / 2; ++i) {
            uint256 amount = message.amounts[2 * i] + message.amounts[2 * i + 1];
            if (amount > uint256(escrow(g, i))) return NO_MONEY;
            sum += amount;
        }
        return sum == 0 ? AMOUNT_WRONG : NOTHING;
    }

    function applyWithdraw(Ghost storage g, Withdraw memory message) internal {
        ++g.serial;
        g.isKnown[0] = true;
        for (uint256 i; i < message.amounts.length; ++i) {
            g.put[i / 2][i % 2] -= int256(message.amounts[i]);
            pay(g.terms.assets[i / 2], message.recipients[i % 2], message.amounts[i]);
        }
    }

    // Forced progress

    function leafOf(Instance memory instance) internal view returns (bytes32) {
        return hashes.instance(InstanceLibrary.pack(instance));
    }

    function isIn(bytes32 base, bytes32 leaf) internal view returns (bool) {
        Instance[] storage running = instancesOf[base];
        for (uint256 i; i < running.length; ++i) {
            if (leafOf(running[i]) == leaf) return true;
        }
        return false;
    }

    /// @notice The app state that the instance is in.
    function appStateOf(bytes32 base, bytes32 leaf) internal view returns (bytes memory) {
        Spot storage spot = spots[base][leaf];
        return spot.lastTouch == 0 ? openingOf[leaf] : spot.appState;
    }

    function positionOf(bytes32 base, bytes32 leaf) internal view returns (Position memory) {
        return abi.decode(appStateOf(base, leaf), (Position));
    }

    function breaks(bytes memory appState) internal pure returns (bool) {
        return abi.decode(appState, (Position)).kind == Kind.Broken;
    }

    function refuseTouch(Ghost storage g, Evidence memory e, Instance memory instance, bytes memory appState)
        internal
        view
        returns (bytes32)
    {
        bytes32 finding = refuseState(g, e);
        if (finding != NOTHING) return finding;
        bytes32 leaf = leafOf(instance);
        if (!isIn(e.hash, leaf)) return NOT_IN_STATE;
        if (keccak256(appState) != keccak256(appStateOf(e.hash, leaf))) return POSITION_WRONG;
        if (isClosing(g) && clock >= instanceDeadline(g, e.hash, instance)) return INSTANCE_OVER;
        return breaks(appState) ? APP_REFUSES : NOTHING;
    }

    /// @param mover who signed the step, or sent it; `Nobody` if what it was signed for is something else
    function refuseStep(Ghost storage g, Evidence memory e, Instance memory instance, Step memory step, Turn mover)
        internal
        view
        returns (bytes32)
    {
        bytes32 finding = refuseTouch(g, e, instance, step.appState);
        if (finding != NOTHING) return finding;
        uint256 steps = spots[e.hash][leafOf(instance)].steps;
        if (mover == Turn.Nobody) return FORGED;
        if (steps >= instance.maxSteps) return EXHAUSTED;
        if (step.number != steps + 1) return NUMBER_WRONG;
        (Turn turn,) = app.position(step.appState);
        if (turn != mover && turn != Turn.Anyone) return TURN_WRONG;
        try app.transition(step.appState, step.action, mover) returns (bytes memory next, Turn, int256[] memory) {
            return keccak256(next) == keccak256(step.appState) ? UNCHANGED : NOTHING;
        } catch {
            return APP_REFUSES;
        }
    }

    /// @param next the app state that the instance is now in
    /// @param isStep whether a step led to it
    function applyTouch(Ghost storage g, Evidence memory e, Instance memory instance, bytes memory next, bool isStep)
        internal
    {
        Spot storage spot = spots[e.hash][leafOf(instance)];
        if (isStep) ++spot.steps;
        (Turn turn, int256[] memory deltas) = app.position(next);
        if (spot.lastTouch == 0 || (isStep && turn != Turn.Nobody)) spot.lastTouch = clock;
        spot.appState = next;
        delete spot.deltas;
        for (uint256 i; i < g.terms.assets.length; ++i) {
            spot.deltas.push(withinStakes(instance, i, deltas[i]));
        }
    }

    function withinStakes(Instance memory instance, uint256 index, int256 delta) internal pure returns (int256) {
        (uint256 stake0, uint256 stake1) = (instance.stakes[2 * index], instance.stakes[2 * index + 1]);
        return clamp(delta, -int256(stake1), int256(stake0));
    }

    /// @notice The worst delta of the first asset for `party`, if it plays well from the agreed position within its
    /// deadlines. By the rules of each app, not by what happened.
    function worstDelta(uint256 party, Instance memory instance, uint256 index) internal view returns (int256) {
        Position memory p = abi.decode(openingOf[leafOf(instance)], (Position));
        int256 gain = int256(p.pot >> index);
        int256 win = party == 0 ? -gain : gain;
        int256 worst = -win;
        bool isDecided = app.seenAt(p.size) != 0 && app.seenAt(p.size) <= p.deadline;
        if (p.kind == Kind.Heap && isWon(p, party)) worst = win;
        if (p.kind == Kind.Lock && party == 0 && !isDecided) worst = 0;
        if (p.kind >= Kind.Lock && party == 1) worst = p.kind == Kind.Lock && !isDecided ? int256(0) : gain;
        if (p.kind == Kind.Broken) worst = 0;
        return withinStakes(instance, index, worst);
    }

    /// @notice Who takes a number that leaves a multiple of three, wins.
    function isWon(Position memory p, uint256 party) internal pure returns (bool) {
        return (p.size % 3 != 0) == (p.turn == party);
    }

    /// @notice What the victim gets at least of an asset, if it kept its deadlines on the recorded base.
    function guaranteed(Ghost storage g, uint256 index) internal view returns (uint256) {
        State memory state = states[g.recorded];
        Instance[] storage running = instancesOf[g.recorded];
        int256 net = state.nets.length == 0 ? int256(0) : state.nets[index];
        for (uint256 i; i < running.length; ++i) {
            net += worstDelta(g.victim, running[i], index);
        }
        uint256 share = share0(g, index, net);
        return g.victim == 0 ? share : uint256(escrow(g, index)) - share;
    }
}
