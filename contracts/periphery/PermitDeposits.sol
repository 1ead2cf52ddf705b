// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {IChannelErrors} from "../interfaces/IChannelErrors.sol";
import {IChannelManager} from "../interfaces/IChannelManager.sol";
import {IERC20} from "../interfaces/IERC20.sol";
import {IERC20Permit} from "../interfaces/IERC20Permit.sol";
import {IPermit2} from "../interfaces/IPermit2.sol";
import {TokenTransfer} from "../libraries/TokenTransfer.sol";
import {TermsLibrary} from "../types/Terms.sol";

/// @title Deposits of tokens by signature
/// @notice Saves the depositor an approval of `ChannelManager`: by EIP-2612, or by Permit2, where somebody else may send
/// the transaction. The native coin and tokens that were approved are deposited at the manager itself.
/// @dev Money passes through: what arrived here is what is passed on, and nothing of it stays, nor any allowance.
///
/// A bare permit names no channel, so that whoever sees it could redirect it. Therefore EIP-2612 pulls from the sender
/// alone, and Permit2 wants a witness: `ChannelDeposit` in the owner's signature names manager, channel, party and asset.
///
/// Assumptions about tokens: those of `IChannelManager`. In addition, a transfer uses up the allowance it needs.
contract PermitDeposits {
    using TermsLibrary for bytes;

    /// @notice A signature of EIP-2612 by the sender, in favour of this contract.
    /// @param value units; the deposit or more
    /// @param deadline last second, inclusive
    struct Permit {
        uint256 value;
        uint256 deadline;
        uint8 v;
        bytes32 r;
        bytes32 s;
    }

    /// @notice The asset is no contract. The native coin is not accepted here.
    error TokenMissing(address asset);
    /// @notice The permit was refused, and what was allowed before is not enough.
    error AllowanceTooLow(address token, address owner, uint256 expected, uint256 actual);
    /// @notice The token did not let the manager be approved.
    error ApproveFailed(address token, uint256 amount);
    /// @notice The manager left something behind: the token does not move what it is told to.
    error MoneyLeft(address token, uint256 balance, uint256 allowance);

    bytes32 private constant WITNESS_TYPEHASH =
        keccak256("ChannelDeposit(address manager,bytes32 channelId,uint8 party,address asset)");

    /// @notice Where the money goes.
    IChannelManager public immutable MANAGER;

    /// @notice The deployed Permit2.
    IPermit2 public immutable PERMIT2;

    /// @notice The end of the signed type's string, as Permit2 wants it.
    string public constant WITNESS_TYPE =
        "ChannelDeposit witness)ChannelDeposit(address manager,bytes32 channelId,uint8 party,address asset)TokenPermissions(address token,uint256 amount)";

    bool private transient locked;

    /// @dev Nothing of `token` that comes in may stay.
    modifier passing(address token) {
        if (locked) revert IChannelErrors.Reentered();
        locked = true;
        if (token.code.length == 0) revert TokenMissing(token);
        uint256 before = _balance(token);
        _;
        uint256 balance = _balance(token);
        uint256 left = balance > before ? balance - before : 0;
        uint256 allowance = IERC20Permit(token).allowance(address(this), address(MANAGER));
        if (left != 0 || allowance != 0) revert MoneyLeft(token, left, allowance);
        locked = false;
    }

    constructor(IChannelManager manager, IPermit2 permit2) {
        MANAGER = manager;
        PERMIT2 = permit2;
    }

    /// @notice Deposits the sender's tokens by its EIP-2612 permit.
    /// @dev A permit that was already used, by whomever, is no error if the allowance is there.
    function depositWithPermit(bytes calldata terms, address token, uint8 party, uint256 amount, Permit calldata permit)
        external
        passing(token)
    {
        uint256 received = _pull(token, amount, permit);
        _approve(token, received);
        MANAGER.deposit(terms, received, _sideOf(terms, token, party));
    }

    /// @notice `depositWithPermit` into a channel that already holds or held this asset.
    function depositByIdWithPermit(
        bytes32 channelId,
        address token,
        uint8 party,
        uint256 amount,
        Permit calldata permit
    ) external passing(token) {
        uint256 received = _pull(token, amount, permit);
        _approve(token, received);
        MANAGER.depositById(channelId, token, party, received);
    }

    /// @notice Deposits `owner`'s tokens by its signature for Permit2. Anyone may submit it.
    /// @param permit names token and amount, all of which is deposited
    /// @param signature by the owner, over the permit and `witnessOf` this deposit, with this contract as the spender
    function depositWithPermit2(
        bytes calldata terms,
        uint8 party,
        address owner,
        IPermit2.PermitTransferFrom calldata permit,
        bytes calldata signature
    ) external passing(permit.permitted.token) {
        address token = permit.permitted.token;
        uint256 received = _pull(MANAGER.channelIdOf(terms), party, owner, permit, signature);
        _approve(token, received);
        MANAGER.deposit(terms, received, _sideOf(terms, token, party));
    }

    /// @notice `depositWithPermit2` into a channel that already holds or held this asset.
    function depositByIdWithPermit2(
        bytes32 channelId,
        uint8 party,
        address owner,
        IPermit2.PermitTransferFrom calldata permit,
        bytes calldata signature
    ) external passing(permit.permitted.token) {
        address token = permit.permitted.token;
        uint256 received = _pull(channelId, party, owner, permit, signature);
        _approve(token, received);
        MANAGER.depositById(channelId, token, party, received);
    }

    /// @notice The EIP-712 struct hash that binds a signature for Permit2 to one deposit.
    function witnessOf(bytes32 channelId, uint8 party, address asset) public view returns (bytes32) {
        return keccak256(abi.encode(WITNESS_TYPEHASH, MANAGER, channelId, party, asset));
    }

    function _sideOf(bytes calldata terms, address token, uint256 party) private view returns (uint8) {
        if (party > 1) revert IChannelErrors.PartyInvalid(party);
        bytes32 channelId = MANAGER.channelIdOf(terms);
        for (uint256 i; i < terms.assetCount(); ++i) {
            if (terms.asset(i) == token) return uint8(2 * i + party);
        }
        revert IChannelErrors.AssetUnknown(channelId, token);
    }

    function _pull(address token, uint256 amount, Permit calldata permit) private returns (uint256 received) {
        // Whoever sees a permit can use it first: then the allowance is there all the same.
        try IERC20Permit(token)
            .permit(msg.sender, address(this), permit.value, permit.deadline, permit.v, permit.r, permit.s) {}
            catch {}
        uint256 allowance = IERC20Permit(token).allowance(msg.sender, address(this));
        if (allowance < amount) revert AllowanceTooLow(token, msg.sender, amount, allowance);
        return TokenTransfer.pull(token, amount);
    }

    function _pull(
        bytes32 channelId,
        uint8 party,
        address owner,
        IPermit2.PermitTransferFrom calldata permit,
        bytes calldata signature
    ) private returns (uint256 received) {
        address token = permit.permitted.token;
        uint256 before = _balance(token);
        PERMIT2.permitWitnessTransferFrom(
            permit,
            IPermit2.SignatureTransferDetails(address(this), permit.permitted.amount),
            owner,
            witnessOf(channelId, party, token),
            WITNESS_TYPE,
            signature
        );
        uint256 balance = _balance(token);
        if (balance > before) received = balance - before;
    }

    /// @dev Success as in `TokenTransfer`: the word 1, or nothing.
    function _approve(address token, uint256 amount) private {
        (bool success, bytes memory answer) = token.call(abi.encodeCall(IERC20.approve, (address(MANAGER), amount)));
        bool isRefused = answer.length != 0 && (answer.length < 32 || abi.decode(answer, (uint256)) != 1);
        if (!success || isRefused) revert ApproveFailed(token, amount);
    }

    function _balance(address token) private view returns (uint256) {
        return IERC20(token).balanceOf(address(this));
    }
}
