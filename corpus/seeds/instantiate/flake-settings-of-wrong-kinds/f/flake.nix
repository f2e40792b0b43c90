{ nixConfig.bash-prompt = null; outputs = { self, ... }: { x = "v"; }; }
