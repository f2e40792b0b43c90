builtins.addErrorContext 0 (builtins.toJSON (let a = [ a ]; in a))
