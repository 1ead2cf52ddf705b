// SPDX-License-Identifier: MIT OR Apache-2.0
pragma solidity 0.8.34;

import {App} from "../../contracts/apps/App.sol";
import {Turn} from "../../contracts/interfaces/IApp.sol";
import {Assert} from "./Assert.sol";
import {Meter} from "./apps/Meter.sol";
import {vm} from "./Vm.sol";

/// @notice The base of apps, by the example of the `Meter`.
contract AppTest is Assert {
    Meter private meter = new Meter();

    function testFuzz_RevertIf_TheMoverIsOutOfTurn(uint8 turn_, uint8 mover_) public {
        (Turn turn, Turn mover) = (Turn(turn_ % 4), Turn(mover_ % 4));
        if (turn == Turn.Anyone) turn = Turn.Nobody;
        if (turn == mover) turn = Turn.Nobody;
        vm.expectRevert(abi.encodeWithSelector(App.NotYourTurn.selector, turn, mover));
        meter.transition(owing(turn, 1), owing(Turn.Anyone, 2), mover);
    }

    function testFuzz_AnyoneMayMoveWhereTheAppSaysSo(uint8 mover, uint8 next, int256 owed) public view {
        assertMoves(Turn.Anyone, Turn(mover % 3), Turn(next % 4), owed);
    }

    function testFuzz_APartyMovesInItsTurn(uint8 party, uint8 next, int256 owed) public view {
        assertMoves(Turn(party % 2), Turn(party % 2), Turn(next % 4), owed);
    }

    function testFuzz_ThePositionIsThatOfTheAppState(uint8 turn_, int256 owed) public view {
        (Turn turn, int256[] memory deltas) = meter.position(owing(Turn(turn_ % 4), owed));
        assertTrue(turn == Turn(turn_ % 4), "turn");
        assertTrue(deltas.length == 1 && deltas[0] == owed, "deltas");
    }

    /// @dev The answer is that of the new app state.
    function assertMoves(Turn turn, Turn mover, Turn next, int256 owed) private view {
        bytes memory target = owing(next, owed);
        (bytes memory actual, Turn turnAfter, int256[] memory deltas) = meter.transition(owing(turn, 7), target, mover);
        assertEq(keccak256(actual), keccak256(target), "next");
        assertTrue(turnAfter == next, "turn");
        assertTrue(deltas.length == 1 && deltas[0] == owed, "deltas");
    }

    function owing(Turn turn, int256 owed) private pure returns (bytes memory) {
        int256[] memory list = new int256[](1);
        list[0] = owed;
        return abi.encode(turn, list);
    }
}
