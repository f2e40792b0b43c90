builtins.toJSON [ ./t ]
