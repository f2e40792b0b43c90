//! Compiles the two parts that are written in C: the jail, a program that shuts an evaluator in, and the
//! library that makes a server of one. Where there is no C compiler, or the platform is another, they
//! are left empty: then evaluators run without them and say so.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

fn main() {
    println!("cargo::rerun-if-changed=sandbox");
    println!("cargo::rerun-if-changed=snapshot");
    let out = PathBuf::from(env::var_os("OUT_DIR").unwrap_or_default());
    let snapshot = ["image.c", "server.c", "hooks.c"];
    make(&out.join("jail"), Path::new("sandbox"), &["jail.c"], &[]);
    make(
        &out.join("snapshot.so"),
        Path::new("snapshot"),
        &snapshot,
        &["-shared", "-fPIC"],
    );
}

/// Compiles sources into one file, or leaves it empty and says why.
fn make(product: &Path, folder: &Path, sources: &[&str], flags: &[&str]) {
    if let Err(why) = compile(product, folder, sources, flags) {
        println!(
            "cargo::warning=no {}: {why}; evaluators run without it",
            product.display()
        );
        let written = fs::write(product, "");
        assert!(written.is_ok(), "cannot write {}", product.display());
    }
}

fn compile(product: &Path, folder: &Path, sources: &[&str], flags: &[&str]) -> Result<(), String> {
    let is = |variable: &str, value: &str| env::var(variable).is_ok_and(|is| is == value);
    if !is("CARGO_CFG_TARGET_OS", "linux") || !is("CARGO_CFG_TARGET_ARCH", "x86_64") {
        return Err("it is written for Linux on x86-64".to_owned());
    }
    let compiler = cc::Build::new()
        .opt_level(2)
        .debug(false)
        .warnings(true)
        .std("gnu11")
        .try_get_compiler()
        .map_err(|error| error.to_string())?;
    let status = compiler
        .to_command()
        .args(flags)
        .arg("-o")
        .arg(product)
        .args(sources.iter().map(|source| folder.join(source)))
        .status()
        .map_err(|error| error.to_string())?;
    if status.success() {
        Ok(())
    } else {
        Err(format!("the C compiler failed: {status}"))
    }
}
