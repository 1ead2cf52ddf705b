//! The same transactions for a forge invariant run, as an auditor would write it: a handler sends any of them at any time.

use adjudicator::abi::CHANNEL_MANAGER;
use simulator::{
    explore::{Plan, beginning, foundry::Export},
    scenario::Scenario,
    stage::{DEPLOYER, NoSources, Stage},
    world::Transaction,
};

/// A test for the project of this repository.
pub(super) fn handler(scenario: &Scenario, plan: &Plan) -> String {
    let (world, transactions) = beginning(scenario, plan, CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
    let (stage, _) = Stage::set(scenario, CHANNEL_MANAGER.creation_code(), &NoSources).unwrap();
    let export = Export {
        name: "bench",
        claim: "How many calls a second forge makes.",
        world: &world,
        deployment: &stage.deployment,
        deployer: (DEPLOYER, 0),
        watched: &[],
        steps: &[],
        ends: &[],
    };
    let test = export.to_string();
    let (before, _) = test.split_once("    function test_Bench()").unwrap();
    let (before, set_up) = before.split_once("    function setUp() public {\n").unwrap();
    let mut text = format!("{before}    function setUp() public {{\n");
    for Transaction { sender, to, value, data, .. } in &transactions {
        let to = to.unwrap();
        text += &format!(
            "        calls.push(Call({sender}, {to}, {value}, hex\"{}\"));\n",
            alloy_primitives::hex::encode(data)
        );
    }
    text + set_up + HANDLER
}

const HANDLER: &str = r#"    struct Call {
        address sender;
        address to;
        uint256 value;
        bytes data;
    }

    struct Selectors {
        address target;
        bytes4[] selectors;
    }

    Call[] private calls;

    function targetSelectors() external view returns (Selectors[] memory all) {
        all = new Selectors[](1);
        all[0].target = address(this);
        all[0].selectors = new bytes4[](1);
        all[0].selectors[0] = this.act.selector;
    }

    function targetContracts() external view returns (address[] memory all) {
        all = new address[](1);
        all[0] = address(this);
    }

    function act(uint256 index, uint256 wait) external {
        Call storage one = calls[index % calls.length];
        send(block.timestamp + wait % 1800, one.sender, one.to, one.value, one.data);
    }

    function invariant_TheContractHasNoMoreThanWasPaidIn() external view {
        require(calls[0].to.balance <= 21 ether);
    }
}
"#;
