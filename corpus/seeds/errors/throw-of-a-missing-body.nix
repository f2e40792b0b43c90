# The argument of throw fails, and no frame of its own says so.
throw (let { })
