builtins.findFile [ { prefix = "p"; path = "file:///a%2"; } { prefix = "p"; path = "file:///%zz"; } { prefix = "p"; path = ./.; } ] "p" == ./.
