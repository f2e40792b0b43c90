[ (break { a = 1; }).a ((break { a = 1; }) ? a) (break { a = 1; }).b or 3 ]
