{ a = throw ""; }.a.${0}
