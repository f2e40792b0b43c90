({ ... }: 1) (throw "forced")
