# flags: --strict --option allow-import-from-derivation false
import (derivation { name = "n"; system = "s"; builder = "b"; })
