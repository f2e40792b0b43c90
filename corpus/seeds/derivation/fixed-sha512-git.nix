# features: git-hashing
let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashMode = "git"; outputHashAlgo = "sha512"; outputHash = "150a14ed5bea6cc731cf86c41566ac427a8db48ef1b9fd626664b3bfbb99071fa4c922f33dde38719b8c8354e2b7ab9d77e0e67fc12843920a712e73d558e197"; })); in [ d.drvPath d.outPath ]
