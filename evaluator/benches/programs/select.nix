# Chains of selections, with and without a default, in sets of some size.
let
  config = {
    services = {
      enable = true;
      web = { host = "a"; port = 80; limits = { cpu = 2; memory = 4; }; extra = { }; };
      mail = { port = 25; };
    };
    networking = { name = "x"; domain = "y"; };
  };
  step = sum: n:
    sum + config.services.web.port + config.services.web.limits.cpu
    + config.services.mail.port + (config.services.web.extra.limit or 1)
    + (if config ? services.web.extra.memory then 1 else 0) + (config.missing.thing or 2);
in
builtins.foldl' step 0 (builtins.genList (x: x) 400000)
