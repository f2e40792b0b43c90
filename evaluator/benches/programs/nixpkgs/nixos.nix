# A system with a desktop, a database and a web server.
(import <nixpkgs/nixos> {
  system = "x86_64-linux";
  configuration = { ... }: {
    boot.loader.grub.device = "/dev/sda";
    fileSystems."/".device = "/dev/sda1";
    services.openssh.enable = true;
    services.postgresql.enable = true;
    services.nginx.enable = true;
    services.xserver.enable = true;
    services.xserver.desktopManager.plasma5.enable = true;
  };
}).system.drvPath
