# flags: --strict --restrict-eval -I ./default.nix -I ./folder
{
  exists = builtins.pathExists ./link/file.nix;
  read = (builtins.tryEval (builtins.readDir ./link)).success;
}
