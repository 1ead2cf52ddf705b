//! Leaving out whatever is not needed.

/// The items without as many as can be left out while `holds` of the rest: first half of them at a time, then fewer, at
/// last each alone.
pub fn shrink<T: Clone>(mut items: Vec<T>, mut holds: impl FnMut(&[T]) -> bool) -> Vec<T> {
    let mut size = items.len().div_ceil(2);
    while size > 0 {
        let mut at = 0;
        let before = items.len();
        while at < items.len() {
            let end = (at + size).min(items.len());
            let rest: Vec<T> = items[..at].iter().chain(&items[end..]).cloned().collect();
            if holds(&rest) {
                items = rest;
            } else {
                at = end;
            }
        }
        // Something that could not be left out before may be now.
        let is_done = items.len() == before;
        size = if size > 1 { size / 2 } else { usize::from(!is_done) };
    }
    items
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_needed_is_left() {
        let needs = |items: &[u32]| items.contains(&7) && items.contains(&93);
        assert_eq!(shrink((0..100).collect(), needs), [7, 93]);
    }

    #[test]
    fn nothing_is_left_if_nothing_is_needed() {
        assert!(shrink(vec![1, 2, 3], |_| true).is_empty());
    }

    #[test]
    fn what_can_only_go_after_another_goes() {
        // 1 may be left out only where 2 is not.
        let holds = |items: &[u32]| items.contains(&9) && (items.contains(&1) || !items.contains(&2));
        assert_eq!(shrink(vec![1, 2, 9], holds), [9]);
    }
}
