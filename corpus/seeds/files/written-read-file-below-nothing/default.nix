builtins.readFile "${toString ./.}/nope/../f"
