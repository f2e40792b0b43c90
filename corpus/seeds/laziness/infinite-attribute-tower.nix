let t = n: { inherit n; next = t (n + 1); }; in (t 0).next.next.next.n
