map (n: builtins.pathExists (toString ./t + "/${n}")) [ "a/" "b/" "b/." "l/" "dangling/" "a/." ]
