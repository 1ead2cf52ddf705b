//! What several nodes say, counted.

use std::fmt::Debug;

use super::{RpcError, node::Failure};

/// What each of the nodes says, by its name.
pub(super) type Answers<T> = Vec<(String, Result<T, Failure>)>;

/// The answer that enough of them give.
///
/// # Errors
/// If there is none: too few answer, or they do not say the same.
pub(super) fn agreed<T: PartialEq + Debug>(what: &str, needed: usize, answers: Answers<T>) -> Result<T, RpcError> {
    let votes =
        |answer: &T| answers.iter().filter(|(_, other)| other.as_ref().is_ok_and(|other| other == answer)).count();
    let at = answers.iter().position(|(_, answer)| answer.as_ref().is_ok_and(|answer| votes(answer) >= needed));
    let Some(at) = at else { return Err(reason(what, needed, &answers)) };
    let (_, answer) = answers.into_iter().nth(at).ok_or(RpcError::NoNode)?;
    answer.map_err(|_| RpcError::NoNode)
}

/// Why there is no answer.
pub(super) fn reason<T: Debug>(what: &str, needed: usize, answers: &Answers<T>) -> RpcError {
    let (what, of_each) = (what.to_owned(), told(answers));
    let answered = answers.iter().filter(|(_, answer)| answer.is_ok()).count();
    if answered < needed {
        return RpcError::Silent { what, answered, needed, reasons: of_each };
    }
    RpcError::Disagree { what, needed, answers: of_each }
}

/// Who says what.
pub(super) fn told<T: Debug>(answers: &Answers<T>) -> String {
    let of_each = answers.iter().map(|(name, answer)| match answer {
        Ok(answer) => format!("{name} says {}", short(&format!("{answer:?}"))),
        Err(failure) => format!("{name} does not answer ({})", short(failure.reason())),
    });
    of_each.collect::<Vec<_>>().join("; ")
}

/// Its beginning: a node may say anything, of any length.
pub(super) fn short(text: &str) -> String {
    const MOST: usize = 200;
    let text: String = text.chars().map(|c| if c.is_control() { ' ' } else { c }).collect();
    let more = if text.chars().count() > MOST { "..." } else { "" };
    text.chars().take(MOST).chain(more.chars()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn says(answers: &[Option<u8>]) -> Answers<u8> {
        let silent = || Failure::Unreachable("nobody there".to_owned());
        answers.iter().zip("abcdefg".chars()).map(|(it, name)| (name.to_string(), it.ok_or_else(silent))).collect()
    }

    #[test]
    fn what_enough_say_is_so() {
        assert_eq!(agreed("it", 2, says(&[Some(1), Some(2), Some(2)])), Ok(2));
        assert_eq!(agreed("it", 1, says(&[None, Some(7)])), Ok(7));
    }

    #[test]
    fn otherwise_it_is_told_who_says_what() {
        let error = agreed("it", 2, says(&[Some(1), Some(2)])).unwrap_err();
        let expected = "it: the nodes disagree, and 2 would have to say the same: a says 1; b says 2";
        assert_eq!(error.to_string(), expected);
        let error = agreed("it", 2, says(&[Some(1), None])).unwrap_err();
        let expected = "it: 1 of the nodes answer, where 2 must: a says 1; b does not answer (nobody there)";
        assert_eq!(error.to_string(), expected);
    }
}
