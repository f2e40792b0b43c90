# attributes are forced in the order of symbol creation
{ zz-first-seen = throw "zz"; aa-second-seen = throw "aa"; }
