builtins.fromTOML "a = \"\"\"\none\ntwo \\\n   three\"\"\"\nb = '''\nraw\\n\n'''"
