//! The reducer: shrinks a program while the signature of its divergence stays.
