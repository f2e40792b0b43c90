let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha256"; outputHash = "193s6bfb4ncbr0d3rpb177cac43b2z2h3afxi7grcswgci346hwg"; })); in [ d.drvPath d.outPath ]
