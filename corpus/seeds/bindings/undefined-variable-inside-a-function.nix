x: undefined-here
