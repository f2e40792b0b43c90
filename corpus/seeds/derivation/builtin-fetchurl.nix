(import <nix/fetchurl.nix> { url = "http://example.org/a.txt"; sha256 = "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"; }).drvPath
