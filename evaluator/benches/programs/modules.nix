# The module system in small: options, definitions with priorities and conditions, merged to a fixed point.
let
  inherit (builtins) attrNames concatLists concatMap elem filter foldl' genList head isAttrs isFunction
    length listToAttrs map mapAttrs sort toString;
  fix = f: let x = f x; in x;
  unique = foldl' (acc: e: if elem e acc then acc else acc ++ [ e ]) [ ];
  mkIf = condition: content: { _type = "if"; inherit condition content; };
  mkOverride = priority: content: { _type = "override"; inherit priority content; };
  mkMerge = contents: { _type = "merge"; inherit contents; };
  mkOption = { default ? null, type }: { _type = "option"; inherit default type; };
  types = {
    int = { merge = values: head values; check = builtins.isInt; };
    str = { merge = values: builtins.concatStringsSep "," values; check = builtins.isString; };
    list = { merge = concatLists; check = builtins.isList; };
    bool = { merge = values: foldl' (a: b: a || b) false values; check = builtins.isBool; };
  };
  discharge = value:
    if isAttrs value && value ? _type then
      if value._type == "if" then (if value.condition then discharge value.content else [ ])
      else if value._type == "merge" then concatMap discharge value.contents
      else if value._type == "override" then map (v: v // { inherit (value) priority; }) (discharge value.content)
      else [ { priority = 100; inherit value; } ]
    else [ { priority = 100; inherit value; } ];
  evaluate = modules: fix (config:
    let
      loaded = map (m: if isFunction m then m { inherit config mkIf mkOverride mkMerge; } else m) modules;
      options = foldl' (acc: m: acc // (m.options or { })) { } loaded;
      definitions = name: concatMap (m: if (m.config or { }) ? ${name} then discharge m.config.${name} else [ ]) loaded;
      value = name: option:
        let
          all = definitions name;
          best = foldl' (a: d: if d.priority < a then d.priority else a) 1000 all;
          chosen = map (d: d.value) (filter (d: d.priority == best) all);
        in
        if all == [ ] then option.default
        else if builtins.all option.type.check chosen then option.type.merge chosen
        else throw "wrong type of ${name}";
    in
    mapAttrs value options);
  module = i: { config, mkIf, mkOverride, mkMerge, ... }: {
    options = {
      "service${toString i}.enable" = mkOption { type = types.bool; default = false; };
      "service${toString i}.port" = mkOption { type = types.int; default = 1000 + i; };
      "service${toString i}.packages" = mkOption { type = types.list; default = [ ]; };
      "packages" = mkOption { type = types.list; default = [ ]; };
      "text" = mkOption { type = types.str; default = ""; };
    };
    config = {
      packages = mkIf config."service${toString i}.enable" config."service${toString i}.packages";
      text = mkMerge [ "part ${toString i}" (mkIf (config."service${toString i}.port" > 1050) "large") ];
      "service${toString i}.packages" = [ "package${toString i}" ];
      "service${toString i}.enable" = i - (i / 2) * 2 == 0;
      "service${toString i}.port" = if i == 7 then mkOverride 50 7 else i * 11;
    };
  };
  result = evaluate (genList module 250);
in
[ (length (unique result.packages)) (builtins.stringLength result.text) (builtins.hashString "sha256" (builtins.toJSON result)) ]
