//! What two parties agree on and sign: as documents, and packed.

use adjudicator::types::{Document, Step};
use recourse_vectors::{Messages, Structs, Trees, read};
use serde_json::{Value, json};

use super::Inputs;

/// The examples of the page, the test vectors, and texts that only nearly are documents.
pub(crate) fn documents() -> Inputs {
    let mut inputs = Inputs::new();
    let page = include_str!("../../../../../docs/FORMATS.md");
    let examples = page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap());
    inputs.extend(examples.zip(0..).map(|(example, index)| (format!("example_{index}"), example.into())));
    for name in ["terms", "instance"] {
        let structs: Structs = read(name).unwrap();
        let cases = structs.cases.into_iter();
        inputs.extend(cases.map(|case| (format!("{name}_{}", case.name), document(name, &case.fields))));
    }
    for name in ["state", "close", "withdraw", "delegation"] {
        let messages: Messages = read(name).unwrap();
        for mut case in messages.cases {
            case.message.remove("channelId");
            if name == "withdraw" {
                let recipients = ["recipient0", "recipient1"].map(|name| case.message.remove(name).unwrap());
                case.message.insert("recipients".to_owned(), json!(recipients));
            }
            inputs.insert(format!("{name}_{}", case.name), document(name, &json!(case.message)));
        }
    }
    let steps: Messages = read("step").unwrap();
    for case in steps.cases {
        if let Ok((step, _)) = Step::unpack(&case.packed["step"]) {
            inputs.insert(format!("step_{}", case.name), serde_json::to_vec(&Document(step)).unwrap());
        }
    }
    let trees: Trees = read("merkle").unwrap();
    let proofs = trees.cases.into_iter().map(|tree| (tree.name, tree.proofs.first().cloned().unwrap_or_default()));
    inputs.extend(proofs.map(|(name, proof)| (format!("proof_{name}"), document("proof", &json!(proof)))));
    inputs.extend(oddities().map(|(name, text)| (name.to_owned(), text.into())));
    inputs
}

fn document(name: &str, content: &Value) -> Vec<u8> {
    json!({ "recourse": "1", "type": name, "content": content }).to_string().into()
}

/// Texts at which readers of JSON part ways.
fn oddities() -> [(&'static str, &'static str); 14] {
    [
        ("lists_for_objects", r#"["1","close",["1","2",["3"]]]"#),
        ("list_for_content", r#"{"recourse":"1","type":"close","content":["1","2",["3"]]}"#),
        ("list_for_document", r#"["1","close",{"round":"1","validUntil":"2","nets":["3"]}]"#),
        ("list_for_head", r#"["close"]"#),
        (
            "escapes",
            r#"{"recourse":"\u0031","type":"clos\u0065","content":{"round":"1","valid\u0055ntil":"2","nets":["\u002d3"]}}"#,
        ),
        ("spaces", "\t{ \"recourse\" :\r\n\"1\", \"type\": \"proof\", \"content\" : [ ] } \n"),
        (
            "field_twice",
            r#"{"recourse":"1","type":"close","content":{"round":"1","round":"1","validUntil":"2","nets":["3"]}}"#,
        ),
        ("field_unknown", r#"{"recourse":"1","type":"proof","content":[],"more":{"a":[1.5e300,null,true]}}"#),
        ("numbers", r#"{"recourse":1,"type":"close","content":{"round":1,"validUntil":2,"nets":[-3]}}"#),
        ("half_a_surrogate", r#"{"recourse":"1","type":"proof\ud800","content":[]}"#),
        ("another_version", r#"{"recourse":"2","type":"proof","content":[]}"#),
        ("nothing_behind", r#"{"recourse":"1","type":"proof","content":[]"#),
        ("something_behind", r#"{"recourse":"1","type":"proof","content":[]}}"#),
        (
            "full_signature",
            r#""0x000000000000000000000000000000000000000000000000000000000000000100000000000000000000000000000000000000000000000000000000000000021b""#,
        ),
    ]
}

/// The test vectors; a step also with its signature in both forms.
pub(crate) fn packed() -> Inputs {
    let mut inputs = Inputs::new();
    for name in ["terms", "instance"] {
        let structs: Structs = read(name).unwrap();
        inputs.extend(structs.cases.into_iter().map(|case| (format!("{name}_{}", case.name), case.packed.to_vec())));
    }
    for name in ["state", "close", "step"] {
        let messages: Messages = read(name).unwrap();
        for case in messages.cases {
            let packed = &case.packed[name];
            inputs.insert(format!("{name}_{}", case.name), packed.to_vec());
            if let ("step", [signature, ..]) = (name, &case.signatures[..]) {
                inputs.insert(format!("{name}_{}_compact", case.name), [&packed[..], &signature.compact].concat());
                inputs.insert(format!("{name}_{}_full", case.name), [&packed[..], &signature.full].concat());
            }
        }
    }
    let trees: Trees = read("merkle").unwrap();
    for tree in trees.cases {
        let proof = tree.proofs.first().map(|proof| proof.concat()).unwrap_or_default();
        inputs.insert(format!("proof_{}", tree.name), proof);
    }
    inputs
}
