(derivation { name = "n"; system = "s"; builder = "b"; allowedReferences = [ ]; disallowedReferences = [ ]; preferLocalBuild = true; requiredSystemFeatures = [ "kvm" ]; }).drvPath
