"${/nix/store/aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-x}"
