# relative paths are taken from the path as written, not from where a link points
import ./link/v.nix
