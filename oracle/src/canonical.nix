# Renders any value as a string that leaves nothing out. The names bound here are names of builtins on
# purpose, see canonical.rs.
let
  inherit (builtins) attrNames concatStringsSep getAttr getContext replaceStrings toJSON typeOf unsafeDiscardStringContext;

  # A string in quotes. Not with toJSON, which refuses what is not UTF-8.
  split = map: "\"" + replaceStrings [ "\\" "\"" "\n" ] [ "\\\\" "\\\"" "\\n" ] (unsafeDiscardStringContext map) + "\"";

  # The context of a string, where it has one.
  hasContext = map: let any = getContext map; in if any == { } then "" else "^" + toJSON any;

  # A positive float as an integer below 2^53 and a power of two, exactly: first in large steps, then in small ones.
  ceil = map: any:
    if any >= 9007199254740992.0 then ceil (map + 1) (any / 2)
    else if any < 4503599627370496.0 && map > (0 - 1074) then ceil (map - 1) (any * 2)
    else replaceStrings [ ".000000" ] [ "" ] (toString any) + "p" + toString map;
  floor = map: any:
    if any >= 3.8685626227668134e25 then floor (map + 64) (any / 18446744073709551616.0)
    else if any < 1.0e-10 && map > (0 - 960) then floor (map - 64) (any * 18446744073709551616.0)
    else ceil map any;
  add = map:
    # Infinities and NaN are the floats whose difference with themselves is not zero.
    if map - map != 0 || map == 0 then "float:" + toString map
    else if map < 0 then "float:-" + floor 0 (0 - map)
    else "float:" + floor 0 map;

  # The value, down to a depth that ends cycles.
  all = div: map: let any = typeOf map; in
    if any == "int" then toString map
    else if any == "bool" then (if map then "true" else "false")
    else if any == "null" then "null"
    else if any == "string" then split map + hasContext map
    else if any == "path" then "path:" + split (toString map)
    else if any == "float" then add map
    else if any == "lambda" then "lambda"
    else if div == 0 then "..."
    else if any == "list" then "[" + concatStringsSep " " (builtins.map (all (div - 1)) map) + "]"
    # A derivation is shown as it is, but what hangs on it by its paths: its parts and its inputs are derivations, too.
    else if div < 3 && (map.type or null) == "derivation" then
      "derivation(" + (if map ? drvPath then all 1 map.drvPath else "") + "," + (if map ? outPath then all 1 map.outPath else "") + ")"
    else "{" + concatStringsSep ";" (builtins.map (any: split any + "=" + all (if (map.type or null) == "derivation" then 2 else div - 1) (getAttr any map)) (attrNames map)) + "}";
in
all 20
