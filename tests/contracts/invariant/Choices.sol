// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Instance, InstanceLibrary} from "../../../contracts/types/Instance.sol";
import {Close, MessageLibrary, State} from "../../../contracts/types/Messages.sol";
import {NATIVE, TermsLibrary} from "../../../contracts/types/Terms.sol";
import {FickleToken} from "./FickleToken.sol";
import {Op} from "./Judge.sol";
import {AMOUNT_WRONG, CLOSED, Evidence, Ghost, NOTHING, NO_MONEY} from "./Model.sol";
import {APP_GAS, Kind, Position} from "./PlayApp.sol";
import {Seals} from "./Seals.sol";

/// @notice Channels, states and instances by the dice, and which of them is handed in.
abstract contract Choices is Seals {
    uint256 internal constant SLOTS = 2;

    /// @notice Indices of the channels that are played with.
    uint256[SLOTS] public slots;

    /// @dev Whether a channel is played to its end: then all moves are the shortest, for the longest play.
    bool internal isDriving;

    // Channels

    /// @dev Mostly a living one: where one was closed, another one is opened.
    function channel() internal returns (Ghost storage) {
        if (lie(24)) return ghosts[roll(ghosts.length)];
        uint256 slot = roll(SLOTS);
        if (ghosts[slots[slot]].isClosed) openChannel(slot);
        return ghosts[slots[slot]];
    }

    function openChannel(uint256 slot) internal {
        slots[slot] = ghosts.length;
        Ghost storage g = ghosts.push();
        g.victim = roll(2);
        g.isVigilant = chance(2);
        g.terms.parties[0].signer = signers[0];
        g.terms.parties[1].signer = signers[1];
        g.terms.parties[0].payee = anyPayee();
        g.terms.parties[1].payee = anyPayee();
        uint256 bits = 1 + roll(7);
        for (uint256 i; i < assets.length; ++i) {
            if (bits >> i & 1 != 0) g.terms.assets.push(assets[i]);
        }
        g.terms.window = uint32(MIN_WINDOW + roll(2000));
        if (chance(3)) (g.terms.bounty, g.terms.staleMargin) = (uint112(1 + roll(3 ether)), uint16(3 + roll(2)));
        g.terms.salt = uint64(ghosts.length);
        g.id = manager.channelIdOf(packed(g));
        for (uint256 i; i < g.terms.assets.length; ++i) {
            // Some assets are never paid in, or by one party alone.
            if (!chance(4)) depositTo(g, 0, g.terms.assets[i], 1 ether + roll(20 ether));
            if (!chance(4)) depositTo(g, 1, g.terms.assets[i], 1 ether + roll(20 ether));
        }
        agreeOn(g);
    }

    function anyPayee() internal returns (address) {
        return accounts[4 + roll(accounts.length - 4)];
    }

    function anybody(Ghost storage g) internal returns (address) {
        uint256 who = roll(8);
        if (who == 0) return DELEGATE;
        if (who < 3) return g.terms.parties[who - 1].payee;
        return who < 6 ? signers[who % 2] : stranger;
    }

    // Money

    function depositTo(Ghost storage g, uint256 party, address asset, uint256 amount) internal {
        bool isById = chance(2);
        if (lie(12)) asset = assets[roll(assets.length)];
        if (lie(24)) amount = 0;
        if (lie(24)) party = 2;
        uint256 value = asset == NATIVE ? amount : 0;
        if (lie(24)) ++value;
        uint256 arriving = asset == NATIVE ? amount : FickleToken(asset).arriving(amount);
        uint256 index = indexOf(g, asset);
        bool isKnown = g.isKnown[index];
        if (!isHostile) isById = isById && isKnown;
        bytes32 finding;
        if (index == g.terms.assets.length || (isById && !isKnown)) finding = NO_MONEY;
        else if (g.isClosed) finding = CLOSED;
        else if (party == 2 || arriving == 0 || value != (asset == NATIVE ? amount : 0)) finding = AMOUNT_WRONG;
        else if (asset != NATIVE && !FickleToken(asset).moves()) finding = NO_MONEY;
        bytes32 id = g.id;
        if (isById && lie(12)) (id, finding) = (bytes32(roll(type(uint256).max)), NO_MONEY);
        uint256 side = party == 2 ? 2 * g.terms.assets.length : 2 * index + party;
        bytes memory data = isById
            ? abi.encodeCall(manager.depositById, (id, asset, uint8(party), amount))
            : abi.encodeCall(manager.deposit, (packed(g), amount, uint8(side)));
        if (!attemptPaying(Op.Deposit, address(this), data, ENOUGH_GAS, finding, value)) return;
        g.put[index][party] += int256(arriving);
        g.isKnown[index] = true;
    }

    // What the parties sign

    /// @dev Both sign a newer state. In the hostile world they may sign two of one round.
    /// @return whether it is another state than those before
    function agreeOn(Ghost storage g) internal returns (bool) {
        uint256 count = g.agreed.length;
        bytes32 newest = count == 0 ? bytes32(0) : g.agreed[count - 1];
        State memory state;
        state.round = states[newest].round + uint64(count != 0 && lie(6) ? 0 : 1 + roll(3));
        state.nets = anyNets(g);
        Instance[] memory running = chance(3) ? instancesOf[newest] : anyInstances(g);
        state.instancesRoot = rootOf(running);
        bytes32 hash = hashes.state(g.id, MessageLibrary.pack(state));
        // The same dice make the same state once more.
        if (states[hash].round != 0) return false;
        g.agreed.push(hash);
        states[hash] = state;
        for (uint256 i; i < running.length; ++i) {
            instancesOf[hash].push(running[i]);
        }
        return true;
    }

    function anyNets(Ghost storage g) internal returns (int256[] memory nets) {
        nets = new int256[](g.terms.assets.length);
        for (uint256 i; i < nets.length; ++i) {
            nets[i] = int256(roll(30 ether)) - 15 ether;
            if (lie(8)) nets[i] *= 1e14;
        }
    }

    function anyInstances(Ghost storage g) internal returns (Instance[] memory running) {
        running = new Instance[](2 - roll(8) / 3);
        for (uint256 i; i < running.length; ++i) {
            running[i] = anyInstance(g);
        }
    }

    function anyInstance(Ghost storage g) internal returns (Instance memory instance) {
        uint256 count = g.terms.assets.length;
        Position memory p;
        p.kind = [
            Kind.Heap, Kind.Heap, Kind.Heap, Kind.Endless, Kind.Lock, Kind.Riddle, Kind.Fragile, Kind.Broken
        ][roll(isHostile ? 8 : 7)];
        p.turn = p.kind <= Kind.Endless ? roll(2) : 0;
        p.size = p.kind == Kind.Heap ? 1 + roll(7) : anyFact(g);
        (p.pot, p.assets) = (roll(8 ether), count);
        instance.id = bytes32(roll(type(uint256).max));
        instance.app = address(app);
        if (chance(2)) instance.appCodeHash = address(app).codehash;
        instance.appGas = APP_GAS;
        instance.maxSteps = uint8(p.kind == Kind.Heap ? p.size : 1 + roll(3));
        uint256 maturity = roll(4);
        if (maturity != 0) instance.matures = uint40(clock + roll(maturity * 2 * g.terms.window));
        p.deadline = instance.matures;
        instance.stakes = new uint112[](2 * count);
        for (uint256 i; i < 2 * count; ++i) {
            instance.stakes[i] = uint112(roll(8 ether));
        }
        instance.appStateHash = keccak256(abi.encode(p));
        openingOf[leafOf(instance)] = abi.encode(p);
    }

    /// @dev What tells apart facts, riddles and ways of breaking.
    function anyFact(Ghost storage g) internal returns (uint256) {
        return uint256(g.terms.salt) * 4 + roll(4);
    }

    function rootOf(Instance[] memory running) internal view returns (bytes32) {
        if (running.length == 0) return 0;
        bytes32 a = leafOf(running[0]);
        if (running.length == 1) return a;
        bytes32 b = leafOf(running[1]);
        return a < b ? keccak256(abi.encode(a, b)) : keccak256(abi.encode(b, a));
    }

    function proofOf(bytes32 base, uint256 i) internal view returns (bytes memory) {
        Instance[] storage running = instancesOf[base];
        return running.length == 1 ? bytes("") : abi.encode(leafOf(running[1 - i]));
    }

    function packed(Ghost storage g) internal view returns (bytes memory) {
        return TermsLibrary.pack(g.terms);
    }

    function packed(Evidence memory e) internal pure returns (bytes memory) {
        return bytes.concat(MessageLibrary.pack(e.state), e.signatures);
    }

    // What is handed in

    function evidenceOf(bytes32 hash) internal view returns (Evidence memory e) {
        e.state = states[hash];
        e.hash = hash;
    }

    function pickEvidence(Ghost storage g, address sender) internal returns (Evidence memory) {
        uint256 count = g.agreed.length;
        uint256 way = roll(8);
        bytes32 hash = g.recorded;
        if (way == 0) hash = 0;
        else if (way == 1 && count != 0) hash = g.agreed[roll(count)];
        else if (way > 3 && count != 0) hash = g.agreed[count - 1];
        return sealed_(g, hash, sender);
    }

    /// @dev A state with instances, if there is one at hand.
    function pickRunning(Ghost storage g, address sender) internal returns (Evidence memory) {
        bytes32 hash = g.recorded;
        for (uint256 i = g.agreed.length; i != 0 && (instancesOf[hash].length == 0 || lie(8)); --i) {
            hash = g.agreed[i - 1];
        }
        return sealed_(g, hash, sender);
    }

    /// @dev With the signatures of both, or of something else, or none if it is recorded.
    function sealed_(Ghost storage g, bytes32 hash, address sender) internal returns (Evidence memory e) {
        e = evidenceOf(hash);
        if (hash == 0 || (hash == g.recorded && chance(2))) return e;
        (bytes32 domain_, bytes32 id) = bind(g);
        bytes32 signed = hashes.state(id, MessageLibrary.pack(e.state));
        if (forge(24)) {
            // Its money is moved after the signature.
            ++e.state.nets[0];
            e.hash = hashes.state(g.id, MessageLibrary.pack(e.state));
        } else if (forge(24)) {
            // A message of another type, with the very same words.
            e.state.round += 1 + uint64(roll(2));
            e.state.instancesRoot = bytes32(clock);
            e.hash = hashes.state(g.id, MessageLibrary.pack(e.state));
            signed = hashes.close(id, MessageLibrary.pack(Close(e.state.round, uint64(clock), e.state.nets)));
        }
        e.signatures = sealBoth(domain_, signed, sender);
        e.isGenuine = !isForged;
    }

    /// @dev The victim plays well; others play anything.
    function actionFor(Ghost storage g, Position memory p, uint256 mover) internal returns (bytes memory) {
        if (p.kind == Kind.Riddle) return lie(6) ? abi.encode(p.size) : app.answerTo(p.size);
        uint256 taken = 1 + roll(2);
        if (p.kind == Kind.Heap && p.size < 2) taken = 1;
        if (p.kind == Kind.Heap && mover == g.victim && p.size % 3 != 0) taken = p.size % 3;
        else if (lie(4)) taken = roll(4);
        // The longest play.
        if (isDriving) taken = 1;
        return abi.encode(taken);
    }

    function poison(Ghost storage g, Evidence memory e) internal returns (bytes memory) {
        if (chance(2)) return abi.encode(roll(type(uint256).max));
        Instance memory instance;
        instance.app = address(app);
        instance.stakes = new uint112[](2 * g.terms.assets.length);
        return abi.encodeCall(manager.evaluate, (packed(g), packed(e), InstanceLibrary.pack(instance), new bytes(100)));
    }

    function anyMoment(Ghost storage g) internal returns (uint256 time) {
        uint256 window = g.terms.window;
        if (isClosing(g) && !g.isClosed) {
            Instance[] storage running = instancesOf[g.recorded];
            uint256 which = roll(3 + 2 * running.length);
            if (which == 0) time = g.evidence;
            else if (which == 1) time = g.evidence + window;
            else if (which == 2) time = finalTime(g);
            else if (which % 2 == 0) time = running[(which - 3) / 2].matures;
            else time = instanceDeadline(g, g.recorded, running[(which - 3) / 2]);
            if (time != 0) time = time + roll(3) - 1;
        }
        if (time <= clock) time = clock + roll(window / 2);
    }
}
