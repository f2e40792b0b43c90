builtins.trace (rec { ${"a" + "b"} = x: 0; }).ab (builtins.trace (let { ${"body"} = x: 0; }) 0)
