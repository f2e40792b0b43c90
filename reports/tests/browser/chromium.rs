//! A Chromium without a window, driven through the DevTools protocol.

use std::{
    env,
    io::{BufRead, BufReader},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use serde_json::{Value, json};
use tempfile::TempDir;
use tungstenite::{Message, WebSocket, stream::MaybeTlsStream};

/// What Chromium is called.
const NAMES: [&str; 4] = [
    "chromium",
    "chromium-headless-shell",
    "google-chrome",
    "chrome",
];

/// How long the browser may take for anything.
const PATIENCE: Duration = Duration::from_secs(60);

/// Where it is; `CHROMIUM` names another one.
pub fn find() -> Option<PathBuf> {
    if let Some(named) = env::var_os("CHROMIUM") {
        return Some(named.into());
    }
    let folders: Vec<PathBuf> = env::split_paths(&env::var_os("PATH")?).collect();
    NAMES
        .iter()
        .flat_map(|name| folders.iter().map(move |folder| folder.join(name)))
        .find(|file| file.is_file())
}

/// A tab of a browser of its own.
pub struct Tab {
    browser: Child,
    socket: WebSocket<MaybeTlsStream<TcpStream>>,
    session: Option<String>,
    next: u64,
    /// What went wrong in the page.
    pub errors: Vec<String>,
    /// How often a page was loaded.
    loads: usize,
    _profile: TempDir,
}

impl Drop for Tab {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.browser.kill();
        let _ = self.browser.wait();
    }
}

impl Tab {
    /// Starts a browser.
    pub fn open(program: &Path) -> Self {
        let profile = TempDir::new().unwrap();
        let mut browser = Command::new(program)
            .args([
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--no-first-run",
            ])
            .args(["--disable-dev-shm-usage", "--hide-scrollbars"])
            .arg("--remote-debugging-port=0")
            .arg(format!("--user-data-dir={}", profile.path().display()))
            .arg("about:blank")
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut said = BufReader::new(browser.stderr.take().unwrap()).lines();
        let address = said
            .find_map(|line| {
                let line = line.unwrap();
                line.strip_prefix("DevTools listening on ")
                    .map(str::to_owned)
            })
            .expect("the browser says where it listens");
        // Nobody reads on, so the browser must not wait for somebody who does.
        std::thread::spawn(move || said.for_each(drop));
        let (socket, _) = tungstenite::connect(address).unwrap();
        if let MaybeTlsStream::Plain(stream) = socket.get_ref() {
            stream.set_read_timeout(Some(PATIENCE)).unwrap();
        }
        let mut tab = Self {
            browser,
            socket,
            session: None,
            next: 0,
            errors: Vec::new(),
            loads: 0,
            _profile: profile,
        };
        let target = tab.ask("Target.createTarget", json!({ "url": "about:blank" }));
        let target = json!({ "targetId": target["targetId"], "flatten": true });
        let attached = tab.ask("Target.attachToTarget", target);
        tab.session = attached["sessionId"].as_str().map(str::to_owned);
        for domain in ["Page", "Runtime", "Log"] {
            tab.ask(&format!("{domain}.enable"), json!({}));
        }
        tab
    }

    /// Asks for something and waits for the answer.
    pub fn ask(&mut self, method: &str, parameters: Value) -> Value {
        self.next += 1;
        let mut message = json!({ "id": self.next, "method": method, "params": parameters });
        if let Some(session) = &self.session {
            message["sessionId"] = session.as_str().into();
        }
        let id = self.next;
        self.socket
            .send(Message::text(message.to_string()))
            .unwrap();
        loop {
            let answer = self.hear();
            if answer["id"] == id {
                assert!(answer["error"].is_null(), "{method}: {}", answer["error"]);
                return answer["result"].clone();
            }
        }
    }

    fn hear(&mut self) -> Value {
        let message = loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                break serde_json::from_str::<Value>(text.as_str()).unwrap();
            }
        };
        let about = &message["params"];
        match message["method"].as_str().unwrap_or_default() {
            "Page.loadEventFired" => self.loads += 1,
            "Runtime.exceptionThrown" => self.errors.push(about["exceptionDetails"].to_string()),
            "Runtime.consoleAPICalled" if about["type"] == "error" => {
                self.errors.push(about["args"].to_string());
            }
            "Log.entryAdded" if about["entry"]["level"] == "error" => {
                self.errors.push(about["entry"].to_string());
            }
            "Page.javascriptDialogOpening" => self.errors.push("a dialog opened".to_owned()),
            _ => {}
        }
        message
    }

    /// Loads a file, and says how long that took until its rows could be seen.
    pub fn load(&mut self, file: &Path) -> Duration {
        let began = Instant::now();
        let loads = self.loads;
        let url = format!("file://{}", file.display());
        self.ask("Page.navigate", json!({ "url": url }));
        while self.loads == loads {
            self.hear();
        }
        self.settle();
        began.elapsed()
    }

    /// Waits until what was asked for happened and is painted.
    pub fn settle(&mut self) {
        self.run(
            "const frame = () => new Promise((done) => requestAnimationFrame(done));
             await frame();
             await frame()",
        );
    }

    /// Runs statements in the page; what they return.
    pub fn run(&mut self, script: &str) -> Value {
        let parameters = json!({
            "expression": format!("(async () => {{ {script} }})()"),
            "awaitPromise": true,
            "returnByValue": true,
        });
        let answer = self.ask("Runtime.evaluate", parameters);
        assert!(
            answer["exceptionDetails"].is_null(),
            "{script}: {}",
            answer["exceptionDetails"]
        );
        answer["result"]["value"].clone()
    }

    /// The text of an element.
    pub fn text(&mut self, selector: &str) -> String {
        let text = self.run(&format!(
            "return document.querySelector({}).textContent",
            json!(selector)
        ));
        text.as_str().unwrap().to_owned()
    }

    /// Presses a key.
    pub fn press(&mut self, key: &str) {
        let code = match key {
            "Enter" => 13,
            "Escape" => 27,
            "ArrowDown" => 40,
            "ArrowUp" => 38,
            "End" => 35,
            _ => u32::from(key.to_uppercase().as_bytes()[0]),
        };
        let text = match key {
            "Enter" => "\r",
            _ if key.len() == 1 => key,
            _ => "",
        };
        for kind in ["keyDown", "keyUp"] {
            let mut event = json!({
                "type": kind, "key": key, "windowsVirtualKeyCode": code,
            });
            if kind == "keyDown" && !text.is_empty() {
                event["text"] = text.into();
            }
            self.ask("Input.dispatchKeyEvent", event);
        }
    }

    /// Makes the window so wide and high, as that of a phone or of a desk.
    pub fn resize(&mut self, width: u32, height: u32) {
        self.ask(
            "Emulation.setDeviceMetricsOverride",
            json!({ "width": width, "height": height, "deviceScaleFactor": 1, "mobile": width < 600 }),
        );
    }

    /// Prefers dark or light colours.
    pub fn prefer(&mut self, scheme: &str) {
        let features = json!([{ "name": "prefers-color-scheme", "value": scheme }]);
        self.ask(
            "Emulation.setEmulatedMedia",
            json!({ "features": features }),
        );
    }

    /// Takes a picture of the window; its bytes.
    pub fn picture(&mut self) -> Vec<u8> {
        use base64::{Engine, prelude::BASE64_STANDARD};
        let answer = self.ask("Page.captureScreenshot", json!({ "format": "png" }));
        let data = answer["data"].as_str().unwrap();
        BASE64_STANDARD.decode(data).unwrap()
    }
}
