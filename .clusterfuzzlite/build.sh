#!/bin/bash -eu
# Builds the targets that need no C++ Nix, with their seeds and the dictionary, into $OUT. `parse` is left out, which
# asks it, and so is `differential`: where there is no C++ Nix it wants the corpus beside it.
cd "$SRC/twinix"
# The compiler of the image, which knows sanitizers, goes before that of rust-toolchain.toml.
export RUSTUP_TOOLCHAIN="${RUSTUP_TOOLCHAIN:-nightly}"
cargo run --release -p twinix-targets -- corpus fuzz
for target in eval print_parse derivation metamorphic reducer; do
    cargo fuzz build -O "$target"
    cp "fuzz/target/x86_64-unknown-linux-gnu/release/$target" "$OUT/"
    (cd "fuzz/corpus/$target" && zip -qr "$OUT/${target}_seed_corpus.zip" .)
    cp fuzz/nix.dict "$OUT/$target.dict"
done
