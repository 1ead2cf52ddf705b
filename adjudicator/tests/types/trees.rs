//! Trees, their proofs, and the instances under them.

use adjudicator::types::{
    Instance, InstanceHash, Instances, InstancesRoot, Invalid, Node, PerSide, Proof, Stake, Tree,
};
use alloy_primitives::keccak256;
use proptest::prelude::{any, proptest};
use recourse_vectors::{Trees, read};

use crate::strategy;

#[test]
fn roots_and_proofs_are_those_of_the_vectors() {
    let trees: Trees = read("merkle").unwrap();
    assert!(!trees.cases.is_empty());
    for case in trees.cases {
        let tree = Tree::new(case.leaves.iter().copied().map(InstanceHash::new));
        assert_eq!(tree.root().get(), case.root, "{}", case.name);
        for (index, siblings) in case.proofs.iter().enumerate() {
            let expected = Proof::new(siblings.iter().copied().map(Node::new).collect());
            assert_eq!(tree.proof(index).ok_or(()), expected.map_err(|_| ()), "{}", case.name);
        }
        assert_eq!(tree.proof(case.leaves.len()), None, "{}", case.name);
    }
}

proptest! {
    #[test]
    fn each_instance_is_proved_to_be_in_the_tree(instances in strategy::instances()) {
        let tree = instances.tree();
        for (index, instance) in instances.as_slice().iter().enumerate() {
            let proof = tree.proof(index).unwrap();
            assert_eq!(proof.verify(instances.root(), instance.hash()), Ok(()));
        }
        assert_eq!(tree.proof(instances.as_slice().len()), None);
    }

    #[test]
    fn nothing_else_is_in_the_tree(
        instances in strategy::instances(),
        other in strategy::instance(),
        sibling in any::<[u8; 32]>(),
    ) {
        let Some(proof) = instances.tree().proof(0) else { return Ok(()) };
        let (expected, found) = (instances.root(), proof.root_of(other.hash()));
        assert_eq!(proof.verify(expected, other.hash()), Err(Invalid::NotInTree { expected, found }));
        let longer = Proof::new([proof.siblings(), &[Node::new(sibling.into())]].concat()).unwrap();
        assert!(longer.verify(expected, instances.as_slice()[0].hash()).is_err());
    }

    #[test]
    fn the_order_of_instances_matters_beyond_a_pair(leaves in any::<[[u8; 32]; 3]>()) {
        let leaves = leaves.map(|leaf| InstanceHash::new(leaf.into()));
        let root = |order: [usize; 3]| Tree::new(order.map(|index| leaves[index])).root();
        assert_eq!(root([0, 1, 2]), root([1, 0, 2]));
        if leaves[1] != leaves[2] {
            assert_ne!(root([0, 1, 2]), root([0, 2, 1]));
        }
    }
}

#[test]
fn no_instances_have_no_root() {
    assert_eq!(Instances::default().root(), InstancesRoot::NONE);
    assert_eq!(Instances::default().tree().proof(0), None);
}

#[test]
fn two_instances_of_one_id_are_refused() {
    let id = keccak256("id").into();
    let instances = vec![instance("another", 1), instance("id", 1), instance("id", 1)];
    assert_eq!(Instances::new(instances), Err(Invalid::InstanceIdTwice { id }));
}

#[test]
fn instances_of_different_channels_are_refused() {
    let instances = vec![instance("one", 2), instance("two", 2), instance("three", 1)];
    assert_eq!(Instances::new(instances), Err(Invalid::InstancesDiffer { expected: 2, found: 1 }));
}

#[test]
fn proofs_have_at_most_32_siblings() {
    let siblings = vec![Node::default(); 33];
    assert!(Proof::new(siblings[1..].to_vec()).is_ok());
    assert!(matches!(Proof::new(siblings), Err(Invalid::OutOfRange { found, .. }) if found == "33"));
    assert!(Proof::unpack(&[0; 33 * 32]).is_err());
}

fn instance(id: &str, assets: usize) -> Instance {
    Instance {
        id: keccak256(id).into(),
        app: Default::default(),
        app_code_hash: Default::default(),
        app_gas: Default::default(),
        max_steps: Default::default(),
        matures: adjudicator::types::Maturity::MIN,
        app_state_hash: Default::default(),
        stakes: PerSide::new(vec![Stake::MIN; 2 * assets]).unwrap(),
    }
}
