{ here = baseNameOf ./.; up = baseNameOf ./..; }
