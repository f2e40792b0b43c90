baseNameOf a/b
