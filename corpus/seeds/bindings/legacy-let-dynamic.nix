let { ${"bo" + "dy"} = 3; }
