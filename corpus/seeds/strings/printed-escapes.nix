"tab\t newline\n return\r quote\" backslash\\ dollar-brace\${ dollar$ bell"
