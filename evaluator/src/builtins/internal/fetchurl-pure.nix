# `<nix/fetchurl.nix>` of the releases without `impure`: a fixed-output derivation
# that Nix builds by itself, by downloading a file. What becomes an attribute here
# becomes part of a hash.
{
  url,
  name ? baseNameOf (toString url),
  hash ? "",
  sha512 ? "",
  sha256 ? "",
  sha1 ? "",
  md5 ? "",
  outputHashAlgo ? (
    if hash != "" then ""
    else if sha512 != "" then "sha512"
    else if sha1 != "" then "sha1"
    else if md5 != "" then "md5"
    else "sha256"
  ),
  outputHash ? (
    if hash != "" then hash
    else if sha512 != "" then sha512
    else if sha1 != "" then sha1
    else if md5 != "" then md5
    else sha256
  ),
  unpack ? false,
  executable ? false,
  system ? "",
}:
let
  proxies = map (scheme: scheme + "_proxy") [ "http" "https" "ftp" "all" "no" ];
in
derivation {
  inherit executable name outputHash outputHashAlgo unpack url;
  urls = [ url ];
  system = "builtin";
  builder = "builtin:fetchurl";
  outputHashMode = if executable || unpack then "recursive" else "flat";
  impureEnvVars = proxies;
  preferLocalBuild = true;
}
