# printed like any other set by the evaluator tools
{ type = "derivation"; name = "n"; drvPath = "/x.drv"; }
