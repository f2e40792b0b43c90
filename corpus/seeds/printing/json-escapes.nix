# flags: --strict --json
"q\" b\\ n\n t\t / é < > & \r"
