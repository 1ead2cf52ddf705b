// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {Turn} from "../interfaces/IApp.sol";
import {Hashes} from "../libraries/Hashes.sol";
import {Signatures} from "../libraries/Signatures.sol";
import {App} from "./App.sol";

/// @title A contract that knows what was delivered
interface IDeliveryOracle {
    /// @notice Whether the goods of this escrow were delivered. Once true it must stay true.
    function isDelivered(bytes32 escrowId) external view returns (bool);
}

/// @title Money against goods
/// @notice Alice buys a television. The price is Bob's once `threshold` of the named oracles have signed that it was
/// delivered, or once the named oracle contract says so. Undecided it is a refund: nothing is transferred.
/// @dev App state: `abi.encode(Escrow)`. Either `threshold` is from 1 to 64 of `signers`, or there is an `oracle`;
/// never both. With signers anyone may move until it is delivered, and nobody then. With a contract nobody ever moves.
///
/// Action: the signatures of exactly `threshold` oracles, one behind the other in the order of `signers`, each of 64
/// bytes or each of 65: an action holds 64 of the former, or 63 of the latter. They sign the EIP-712 message
/// `Delivered(bytes32 escrowId)` under the domain of the protocol with this app as verifying contract. That is a fact
/// without a time: where a newer co-signed state voids the step, it is made once more.
///
/// Of the instance: `matures` is the delivery date, so that the goods may be on their way for longer than a dispute
/// takes, if the escrow was touched; `maxSteps` is 1; `appGas` is 40,000, 4,000 for each of `signers` and 6,000 for
/// each signature, or 40,000 and what the oracle contract takes.
///
/// Warning: `escrowId` must be used once, in no other escrow of any channel, or one delivery pays them all, and one
/// that was delivered already pays at once. The payer chooses it, 32 random bytes, or both derive it: the keccak256 of
/// channel id and instance id, which then is used once in its channel.
/// Warning: touch an escrow as soon as its channel closes, delivered or not, well before `E + T`: evaluate it.
/// Untouched it is a refund from then on, whatever `matures` says.
/// Warning: oracles can collude, and an oracle contract may have an owner: one that takes back its word moves money
/// back until the instance's deadline.
/// Warning: a step that nobody makes in time is a refund, whoever has signed.
contract OracleEscrow is App {
    /// @notice No oracle that may still be counted has signed so: it is none, counted already, or not in its place.
    error OracleUnexpected(address oracle);

    /// @dev So many signatures of 64 bytes fit an action.
    uint256 private constant MAX_THRESHOLD = 64;
    bytes32 private constant DELIVERED_TYPEHASH = keccak256("Delivered(bytes32 escrowId)");

    /// @param escrowId tells this escrow from every other one that there is
    /// @param oracle the contract to ask; zero if oracles sign
    /// @param threshold how many signatures it takes, at most 64; zero if a contract is asked
    /// @param isDelivered whether so many have been shown
    /// @param signers the oracles' addresses, strictly ascending
    /// @param deltas per asset what a delivery moves, positive from party 0 to party 1
    struct Escrow {
        bytes32 escrowId;
        IDeliveryOracle oracle;
        uint8 threshold;
        bool isDelivered;
        address[] signers;
        int256[] deltas;
    }

    function turnIn(bytes memory appState) internal pure override returns (Turn) {
        Escrow memory escrow = read(appState);
        return escrow.isDelivered || escrow.threshold == 0 ? Turn.Nobody : Turn.Anyone;
    }

    function act(bytes memory appState, bytes calldata action, Turn) internal view override returns (bytes memory) {
        Escrow memory escrow = read(appState);
        requireSigned(escrow, action);
        escrow.isDelivered = true;
        return abi.encode(escrow);
    }

    function outcomeIn(bytes memory appState) internal view override returns (int256[] memory) {
        Escrow memory escrow = read(appState);
        bool isDelivered = escrow.threshold == 0 ? escrow.oracle.isDelivered(escrow.escrowId) : escrow.isDelivered;
        return isDelivered ? escrow.deltas : new int256[](escrow.deltas.length);
    }

    /// @dev No oracle counts twice: each signature must be that of an oracle behind the last one that was counted.
    function requireSigned(Escrow memory escrow, bytes calldata signatures) private view {
        uint256 size = signatures.length / escrow.threshold;
        requireLength(signatures, size * escrow.threshold);
        bytes32 structHash = keccak256(abi.encode(DELIVERED_TYPEHASH, escrow.escrowId));
        bytes32 digest = Hashes.digest(Hashes.domain(address(this)), structHash);
        uint256 next;
        for (uint256 i; i < escrow.threshold; ++i) {
            address signer = Signatures.recover(digest, signatures[i * size:(i + 1) * size]);
            while (next < escrow.signers.length && escrow.signers[next] != signer) ++next;
            if (next++ == escrow.signers.length) revert OracleUnexpected(signer);
        }
    }

    function read(bytes memory appState) private pure returns (Escrow memory escrow) {
        escrow = abi.decode(appState, (Escrow));
        requireExact(appState, abi.encode(escrow));
        address[] memory signers = escrow.signers;
        bool isAsked = address(escrow.oracle) != address(0);
        bool isSound = isAsked
            ? escrow.threshold == 0 && signers.length == 0 && !escrow.isDelivered
            : escrow.threshold != 0 && escrow.threshold <= MAX_THRESHOLD && escrow.threshold <= signers.length;
        address previous;
        for (uint256 i; i < signers.length; ++i) {
            isSound = isSound && signers[i] > previous;
            previous = signers[i];
        }
        if (!isSound) revert AppStateMalformed();
    }
}
