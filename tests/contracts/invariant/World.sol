// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelManager} from "../../../contracts/interfaces/IChannelManager.sol";
import {Hashes} from "../../../contracts/libraries/Hashes.sol";
import {NATIVE} from "../../../contracts/types/Terms.sol";
import {HashHarness} from "../HashHarness.sol";
import {vm} from "../Vm.sol";
import {FicklePayee} from "./FicklePayee.sol";
import {FickleToken} from "./FickleToken.sol";
import {PlayApp} from "./PlayApp.sol";

/// @notice The domain separator of a deployment, on the chain that is set when it is asked.
contract DomainHarness {
    function domain(address manager) external view returns (bytes32) {
        return Hashes.domain(manager);
    }
}

/// @notice Two deployments, two signers and a stranger, payees, three assets, an app, a clock, and dice.
abstract contract World {
    uint256 internal constant START = 1_800_000_000;
    uint256 internal constant MIN_WINDOW = 100;
    uint256 internal constant MAX_WINDOW = 10_000;
    uint256 internal constant CHAIN = 31_337;
    uint256 internal constant FORK = 31_338;
    uint256 internal constant STRANGER_KEY = 0x57A4;
    address internal constant DELEGATE = address(0xDE1E);
    uint256 internal constant WEALTH = 1e30;

    /// @notice Whether payees, tokens, apps and peers are hostile, and callers err.
    bool public immutable isHostile;
    IChannelManager public immutable manager;
    IChannelManager internal immutable twin;
    HashHarness internal immutable hashes;
    PlayApp internal immutable app;
    bytes32 internal immutable domain;
    bytes32 internal immutable twinDomain;
    bytes32 internal immutable forkDomain;
    address internal immutable stranger;

    uint256[2] internal keys = [uint256(0xA11CE), 0xB0B];
    address[2] internal signers;
    FicklePayee[2] internal ficklePayees;
    FickleToken[2] internal tokens;

    /// @notice Everybody who is ever paid.
    address[] public accounts;

    /// @notice The native coin and two tokens, ascending.
    address[] public assets;

    /// @notice Now. Not `block.timestamp`, which the optimizer takes for constant within a call.
    uint256 public clock;
    uint256 private entropy;

    constructor(bool isHostile_) {
        isHostile = isHostile_;
        manager = deployManager();
        twin = deployManager();
        hashes = new HashHarness();
        app = new PlayApp();
        domain = manager.domainSeparator();
        twinDomain = twin.domainSeparator();
        DomainHarness harness = new DomainHarness();
        vm.chainId(FORK);
        forkDomain = harness.domain(address(manager));
        vm.chainId(CHAIN);
        stranger = vm.addr(STRANGER_KEY);
        signers = [vm.addr(keys[0]), vm.addr(keys[1])];
        ficklePayees = [new FicklePayee(), new FicklePayee()];
        accounts = [signers[0], signers[1], stranger, DELEGATE, address(0xA1), address(0xB1)];
        accounts.push(address(ficklePayees[0]));
        accounts.push(address(ficklePayees[1]));

        (FickleToken a, FickleToken b) = (new FickleToken(manager), new FickleToken(manager));
        tokens = address(a) < address(b) ? [a, b] : [b, a];
        assets = [NATIVE, address(tokens[0]), address(tokens[1])];
        for (uint256 i; i < 2; ++i) {
            tokens[i].mint(address(this), WEALTH);
        }
        vm.deal(address(this), WEALTH);
        warp(START);
    }

    function deployManager() private returns (IChannelManager) {
        bytes memory bounds = abi.encode(MIN_WINDOW, MAX_WINDOW);
        return IChannelManager(vm.deployCode("ChannelManager.sol:ChannelManager", bounds));
    }

    // Clock and dice

    function warp(uint256 time) internal {
        clock = time;
        vm.warp(time);
    }

    function throwDice(uint256 seed) internal {
        entropy = seed;
    }

    /// @notice Below `sides`.
    function roll(uint256 sides) internal returns (uint256) {
        entropy = uint256(keccak256(abi.encode(entropy)));
        return entropy % sides;
    }

    /// @notice True once in `sides` times.
    function chance(uint256 sides) internal returns (bool) {
        return roll(sides) == 0;
    }

    /// @notice True once in `sides` times, if the world is hostile.
    function lie(uint256 sides) internal virtual returns (bool) {
        return isHostile && chance(sides);
    }

    // Money

    function balanceOf(address asset, address account) public view returns (uint256) {
        return asset == NATIVE ? account.balance : FickleToken(asset).balanceOf(account);
    }

    /// @notice Whether `account` can be paid now.
    function takes(address asset, address account) internal view returns (bool) {
        if (asset != NATIVE) return FickleToken(asset).moves();
        return account.code.length == 0 || FicklePayee(payable(account)).takes();
    }

    // Signatures

    /// @param isFull 65 bytes, else 64
    function sign(uint256 key, bytes32 domain_, bytes32 structHash, bool isFull) internal pure returns (bytes memory) {
        bytes32 digest = Hashes.digest(domain_, structHash);
        if (isFull) {
            (uint8 v, bytes32 r, bytes32 s) = vm.sign(key, digest);
            return abi.encodePacked(r, s, v);
        }
        (bytes32 rCompact, bytes32 vs) = vm.signCompact(key, digest);
        return abi.encodePacked(rCompact, vs);
    }
}
