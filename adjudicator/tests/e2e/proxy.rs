//! A node that fails, lies or stalls as it is told, and otherwise says what the real one behind it says.

use std::{
    io::BufReader,
    net::{TcpListener, TcpStream},
    sync::{Arc, Mutex},
    thread,
    time::Duration,
};

use serde_json::{Value, json};

use crate::http;

/// What becomes of a request.
pub(crate) enum Verdict {
    /// The real node answers.
    Pass,
    /// The real node is asked, and this said instead of what it says.
    Instead(Value),
    /// This is said, and the real node not asked.
    Say(Value),
    /// The real node answers, but the process that has asked is killed before it hears that.
    ThenKill(String),
    /// It is refused with these words, and the real node not asked.
    Refuse(&'static str),
    /// There is never an answer.
    Stall,
}

/// How many requests there were, and what becomes of the next one.
type Judge = dyn FnMut(u64, &str, &Value) -> Verdict + Send;

/// It listens as long as the process lives.
pub(crate) struct Proxy {
    port: u16,
}

impl Proxy {
    /// In front of a node. `judge` is asked what becomes of each request, by its number, method and parameters.
    pub(crate) fn start(node: u16, judge: impl FnMut(u64, &str, &Value) -> Verdict + Send + 'static) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let judge: Arc<Mutex<(u64, Box<Judge>)>> = Arc::new(Mutex::new((0, Box::new(judge))));
        thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let judge = Arc::clone(&judge);
                // Whoever hangs up is gone.
                thread::spawn(move || serve(stream, node, &judge).ok());
            }
        });
        Self { port }
    }

    pub(crate) fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

fn serve(mut stream: TcpStream, node: u16, judge: &Mutex<(u64, Box<Judge>)>) -> std::io::Result<()> {
    let body = http::read_message(&mut BufReader::new(stream.try_clone()?))?;
    let request: Value = serde_json::from_slice(&body)?;
    let verdict = {
        let mut judge = judge.lock().unwrap();
        judge.0 += 1;
        let number = judge.0;
        (judge.1)(number, request["method"].as_str().unwrap_or_default(), &request["params"])
    };
    let said =
        |result: Value| json!({ "jsonrpc": "2.0", "id": request["id"], "result": result }).to_string().into_bytes();
    let answer = match verdict {
        Verdict::Pass => http::post(node, &body)?,
        Verdict::Instead(result) => {
            http::post(node, &body)?;
            said(result)
        }
        Verdict::Say(result) => said(result),
        Verdict::ThenKill(process) => {
            let answer = http::post(node, &body)?;
            crate::crash::kill(&process);
            answer
        }
        Verdict::Refuse(words) => {
            let error = json!({ "code": -32000, "message": words });
            json!({ "jsonrpc": "2.0", "id": request["id"], "error": error }).to_string().into_bytes()
        }
        Verdict::Stall => {
            thread::sleep(Duration::from_secs(3_600));
            return Ok(());
        }
    };
    http::answer(&mut stream, &answer)
}
