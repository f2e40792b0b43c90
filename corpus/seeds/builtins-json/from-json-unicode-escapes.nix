# \u escapes work from 2.4 on
builtins.fromJSON ''"\u0041\u00e9\u2713"''
