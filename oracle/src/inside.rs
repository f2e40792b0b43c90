//! What an evaluator finds around it: the program's folder, a scratch folder for its state, its
//! installation, and an environment, all under fixed names where it can be shut in.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    fs, io,
    path::{Path, PathBuf},
};

use crate::{
    canonical,
    outcome::text_of_bytes,
    places::Places,
    program::{Placed, ROOT},
    root::Launch,
    run::environment_of,
    sandbox::{self, Sandbox},
    scratch::ScratchFolder,
    settings::{Mode, Settings},
};

/// The folder of the store in which derivations are instantiated, in the scratch folder: the root that
/// `/nix/store` is below.
pub(crate) const STORE: &str = "store-root";

/// The folder that a store is in where nothing else is said.
pub(crate) const NIX: &str = "/nix";

/// That store.
const STORE_OF_MACHINE: &str = "/nix/store";

/// The file of the renderer of the canonical notation, in the scratch folder.
pub(crate) const RENDERER: &str = "canonical.nix";

/// Folders of the machine that an evaluator without a root of its own needs.
pub(crate) const SYSTEM: &[&str] = &["/bin", "/lib", "/lib64", "/usr", "/nix", "/gnu"];

/// The state that an evaluator writes, in a folder that goes away with this value.
pub(crate) struct Scratch {
    folder: ScratchFolder,
}

impl Scratch {
    pub(crate) fn new() -> io::Result<Self> {
        let folder = ScratchFolder::in_memory("twinix-state-")?;
        fs::create_dir(folder.path().join("conf"))?;
        fs::write(folder.path().join(RENDERER), canonical::SOURCE)?;
        Ok(Self { folder })
    }

    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// The derivations that an evaluator wrote to its store: path to text.
    pub(crate) fn derivations(&self) -> io::Result<BTreeMap<String, String>> {
        let store = self.folder().join(STORE).join("nix/store");
        let folder = match fs::read_dir(store) {
            Ok(folder) => folder,
            // It failed before it opened its store.
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(BTreeMap::new()),
            Err(error) => return Err(error),
        };
        let mut derivations = BTreeMap::new();
        for entry in folder {
            let entry = entry?;
            let name = entry.file_name();
            // A folder or a link can be called so, too; a link would be followed on this machine.
            let is_file = entry.file_type()?.is_file();
            if let Some(name) = name
                .to_str()
                .filter(|name| is_file && name.ends_with(".drv"))
            {
                let term = text_of_bytes(&fs::read(entry.path())?);
                derivations.insert(format!("/nix/store/{name}"), term);
            }
        }
        Ok(derivations)
    }
}

/// The variables that say where an evaluator keeps its state.
pub(crate) fn state_of(scratch: impl AsRef<Path>) -> BTreeMap<OsString, OsString> {
    [
        ("NIX_STATE_DIR", "state"),
        ("NIX_LOCALSTATE_DIR", "state"),
        ("NIX_LOG_DIR", "log"),
        ("XDG_CACHE_HOME", "cache"),
        ("XDG_DATA_HOME", "data"),
        ("XDG_STATE_HOME", "xdg-state"),
        ("TMPDIR", "."),
    ]
    .into_iter()
    .map(|(name, folder)| (name.into(), scratch.as_ref().join(folder).into_os_string()))
    .collect()
}

/// Where the file of a program is whose folder is this one.
pub(crate) fn file_in(root: &Path, placed: &Placed) -> PathBuf {
    match placed.file().strip_prefix(placed.root()) {
        Ok(below) => root.join(below),
        Err(_) => placed.file().to_owned(),
    }
}

/// The surroundings of one evaluator, named as it sees them.
pub(crate) struct Inside {
    /// The command that starts it.
    pub(crate) launch: Launch,
    /// The folder of the program.
    pub(crate) root: PathBuf,
    /// The folder for its state.
    pub(crate) scratch: PathBuf,
    /// What it is shut in, where it can be.
    pub(crate) sandbox: Option<Sandbox>,
    /// Whether the store in which derivations are instantiated is the one at `/nix/store`. Below another root 2.8
    /// and 2.26 do not know a derivation that a program reads, and 2.3 no file: they look for it on the machine.
    pub(crate) is_store_of_machine: bool,
}

impl Inside {
    /// The surroundings of an evaluator of a program in this folder.
    ///
    /// # Errors
    /// When there is no room for a store.
    pub(crate) fn of(
        launch: &Launch,
        root: &Path,
        scratch: &Scratch,
        settings: &Settings,
    ) -> io::Result<Self> {
        let Some(mut sandbox) = Sandbox::around(root) else {
            return Ok(Self {
                launch: launch.clone(),
                root: root.to_owned(),
                scratch: scratch.folder().to_owned(),
                sandbox: None,
                is_store_of_machine: false,
            });
        };
        sandbox.r#use(scratch.folder(), sandbox::SCRATCH);
        let mut others = sandbox::extra(settings);
        // An evaluator without a root of its own is in the store of the machine, and so is what a user may show to
        // programs.
        let is_store_of_machine = settings.mode == Mode::Instantiate
            && launch.root.is_some()
            && !others
                .iter()
                .any(|path| path.starts_with(NIX) && path != Path::new(STORE_OF_MACHINE));
        if is_store_of_machine {
            others.retain(|path| path != Path::new(STORE_OF_MACHINE));
            let store = scratch.folder().join(STORE).join("nix/store");
            fs::create_dir_all(&store)?;
            sandbox.r#use(&store, STORE_OF_MACHINE);
        }
        let launch = match &launch.root {
            Some(installed) => {
                sandbox.see(installed, sandbox::ORACLE);
                if settings.mode == Mode::Instantiate {
                    sandbox.see_tools();
                }
                launch.moved_to(Path::new(sandbox::ORACLE))
            }
            None => {
                for folder in SYSTEM.iter().filter(|folder| Path::new(folder).is_dir()) {
                    sandbox.see(folder, folder);
                }
                let is_among_them = SYSTEM.iter().any(|it| launch.program.starts_with(it));
                if !is_among_them {
                    sandbox.see(&launch.program, &launch.program);
                }
                launch.clone()
            }
        };
        // 2.26 asks which program it is.
        sandbox.link("/proc/self/exe", &launch.program);
        for path in &others {
            sandbox.see(path, path);
        }
        Ok(Self {
            launch,
            root: ROOT.into(),
            scratch: sandbox::SCRATCH.into(),
            sandbox: Some(sandbox),
            is_store_of_machine,
        })
    }

    /// Where the program's file is.
    pub(crate) fn file(&self, placed: &Placed) -> PathBuf {
        file_in(&self.root, placed)
    }

    /// What these folders are called in outcomes.
    pub(crate) fn places(&self) -> Places {
        let places = Places::default()
            .call(&self.root, ROOT)
            .call(&self.scratch, "/scratch");
        match &self.launch.root {
            Some(root) => places.call(root, "/oracle"),
            None => places,
        }
    }

    /// The whole environment of the evaluator.
    pub(crate) fn environment(&self, settings: &Settings) -> BTreeMap<OsString, OsString> {
        let mut environment = state_of(&self.scratch);
        let mut set = |name: &str, value: OsString| environment.insert(name.into(), value);
        set("NIX_CONF_DIR", self.scratch.join("conf").into_os_string());
        set(
            "XDG_CONFIG_HOME",
            self.scratch.join("conf").into_os_string(),
        );
        // Threads of the collector only cost time in runs as short as these.
        set("GC_MARKERS", "1".into());
        for (name, value) in &self.launch.environment {
            set(name, value.clone());
        }
        for (name, value) in environment_of(settings) {
            set(&name, value.into());
        }
        environment
    }
}
