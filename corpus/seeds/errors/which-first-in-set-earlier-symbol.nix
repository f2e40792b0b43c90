# the name aa was seen before zz, in another place
[ (x: x.aa-seen) { zz-seen = throw "zz"; aa-seen = throw "aa"; } ]
