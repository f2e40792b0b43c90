toString /a/b/../c
