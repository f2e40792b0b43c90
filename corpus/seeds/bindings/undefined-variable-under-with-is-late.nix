with { }; if true then 1 else undefined-here
