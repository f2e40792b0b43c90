builtins.toXML "<a href=\"x\">&amp; 'q' é\n\t</a>"
