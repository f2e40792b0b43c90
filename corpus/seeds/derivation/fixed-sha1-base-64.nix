let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; outputHash = "witfkXg0JglCjW9RssWvTAveakI="; })); in [ d.drvPath d.outPath ]
