# Only 2.3 has this file.
(import <nix/buildenv.nix> { manifest = "/x"; derivations = [ ((derivation { name="a"; system="x"; builder="y"; outputs=["out" "dev"]; }) // { meta = { priority = 3; }; }) (derivation { name="b"; system="x"; builder="y"; outputs=["out"]; } // { outputs = [ "out" ]; meta = {}; }) ]; }).drvPath
