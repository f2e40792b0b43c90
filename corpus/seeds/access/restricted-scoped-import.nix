# flags: --strict --restrict-eval -I .
scopedImport { } /etc/passwd
