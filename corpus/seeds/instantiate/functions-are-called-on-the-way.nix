# instantiate: --argstr name given
let d = name: derivation { inherit name; builder = "/bin/sh"; system = "x"; }; in { name ? "default" }: d name
