# flags: --strict --json
""
