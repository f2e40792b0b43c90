/a/${toString 1}.x
