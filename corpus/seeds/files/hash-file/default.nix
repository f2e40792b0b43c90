map (a: builtins.hashFile a ./text.txt) [ "md5" "sha1" "sha256" "sha512" ]
