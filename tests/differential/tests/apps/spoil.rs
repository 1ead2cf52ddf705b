//! Good bytes made bad.

use alloy_primitives::{B256, U256};
use recourse_differential::dice::Dice;

/// Words at which something may break.
const EDGES: [U256; 8] = [
    U256::ZERO,
    U256::ONE,
    U256::from_limbs([3, 0, 0, 0]),
    U256::from_limbs([32, 0, 0, 0]),
    U256::from_limbs([256, 0, 0, 0]),
    U256::from_limbs([1 << 40, 0, 0, 0]),
    U256::from_limbs([0, 1 << 48, 0, 0]),
    U256::MAX,
];

/// A word, at an edge half of the time.
pub(crate) fn word(dice: &mut Dice) -> B256 {
    if dice.permille(500) { (*dice.pick(&EDGES)).into() } else { dice.word() }
}

/// Changes bytes in one way, or in none.
pub(crate) fn maybe(dice: &mut Dice, bytes: Vec<u8>) -> Vec<u8> {
    if dice.permille(300) { spoil(dice, bytes) } else { bytes }
}

fn spoil(dice: &mut Dice, mut bytes: Vec<u8>) -> Vec<u8> {
    let at = dice.below(bytes.len() as u64) as usize;
    let word_at = at / 32 * 32;
    match dice.below(7) {
        0 => bytes.truncate(at),
        1 => bytes.push(0),
        2 => bytes.extend(word(dice)),
        3 if word_at + 32 <= bytes.len() => bytes[word_at..word_at + 32].copy_from_slice(&word(dice)[..]),
        4 if word_at + 32 <= bytes.len() => {
            bytes.drain(word_at..word_at + 32);
        }
        5 => {
            bytes.splice(word_at..word_at, word(dice));
        }
        _ if !bytes.is_empty() => bytes[at] ^= 1 << dice.below(8),
        _ => bytes.push(1),
    }
    bytes
}
