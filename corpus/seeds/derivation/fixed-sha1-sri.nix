let d = (derivation ({ name = "x"; system = "s"; builder = "/b"; } // { outputHashAlgo = "sha1"; outputHash = "sha1-witfkXg0JglCjW9RssWvTAveakI="; })); in [ d.drvPath d.outPath ]
