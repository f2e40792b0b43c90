let x = "b"; in baseNameOf ./${x}
