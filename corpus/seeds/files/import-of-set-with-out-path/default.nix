import { outPath = ./value.nix; }
