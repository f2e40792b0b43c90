builtins.hashFile "sha256" "${toString ./.}/nope/../f"
