import (toString ./value.nix)
