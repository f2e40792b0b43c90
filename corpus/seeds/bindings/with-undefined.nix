with { }; undefined-here
