"use strict";
// The table of buckets and the sheet that shows one. Whatever a program says is only ever made a text node.
(() => {
  const get = (id) => document.getElementById(id);
  const data = (id) => JSON.parse(get(id).textContent);

  /** Makes an element with classes and children; strings become text. */
  const make = (name, classes, ...children) => {
    const element = document.createElement(name);
    if (classes) element.className = classes;
    element.append(...children);
    return element;
  };
  const grouped = (number) => number.toLocaleString("en-US");
  /** A class from a word of the file: only those that the style knows mean anything. */
  const word = (text) => text.replace(/[^a-z]/g, "");
  const badge = (text) => make("span", `badge ${word(text)}`, text);

  // Colours.
  const themes = [["system", "◐ ", "System"], ["light", "☀ ", "Light"], ["dark", "☾ ", "Dark"]];
  let theme = 0;
  const button = get("theme");
  button.addEventListener("click", () => {
    theme = (theme + 1) % themes.length;
    const [name, sign, label] = themes[theme];
    document.documentElement.dataset.theme = name;
    button.replaceChildren(sign, make("span", "", label));
    button.setAttribute("aria-label", `Colours: ${name === "system" ? "as the system" : name}`);
  });

  if (!get("view")) return;

  // The table.
  const index = data("index");
  const [NUMBER, VERDICT, STATE, SIGNATURE, PROGRAMS, FIRST, SIZE, REDUCED, EXCERPT] = Array(9).keys();
  const rows = index.rows;
  const haystacks = rows.map((row) =>
    `${row[NUMBER]} ${row[VERDICT]} ${row[STATE]} ${row[SIGNATURE]} ${row[EXCERPT]}`.toLowerCase());
  const places = new Map(rows.map((row, place) => [row[NUMBER], place]));

  const rank = { new: 0, "still open": 1, "": 1, known: 2 };
  const orders = {
    "new and frequent": (a, b) => rank[a[STATE]] - rank[b[STATE]] || b[PROGRAMS] - a[PROGRAMS] || b[FIRST] - a[FIRST],
    "newest": (a, b) => b[FIRST] - a[FIRST],
    "oldest": (a, b) => a[FIRST] - b[FIRST],
    "most programs": (a, b) => b[PROGRAMS] - a[PROGRAMS] || a[FIRST] - b[FIRST],
    "fewest programs": (a, b) => a[PROGRAMS] - b[PROGRAMS] || a[FIRST] - b[FIRST],
    "smallest": (a, b) => a[SIZE] - b[SIZE] || a[NUMBER] - b[NUMBER],
    "largest": (a, b) => b[SIZE] - a[SIZE] || a[NUMBER] - b[NUMBER],
    "number": (a, b) => a[NUMBER] - b[NUMBER],
    "number, last first": (a, b) => b[NUMBER] - a[NUMBER],
    "verdict": (a, b) => (a[VERDICT] < b[VERDICT] ? -1 : a[VERDICT] > b[VERDICT] ? 1 : a[NUMBER] - b[NUMBER]),
    "signature": (a, b) => (a[SIGNATURE] < b[SIGNATURE] ? -1 : a[SIGNATURE] > b[SIGNATURE] ? 1 : 0),
    "program": (a, b) => (a[EXCERPT] < b[EXCERPT] ? -1 : a[EXCERPT] > b[EXCERPT] ? 1 : 0),
  };
  // The columns, each with the orders that its title goes through.
  const columns = [
    ["No.", "", ["number", "number, last first"]],
    ["Verdict", "", ["verdict"]],
    ["Signature", "", ["signature"]],
    ["Program", "", ["program"]],
    ["Programs", "n", ["most programs", "fewest programs"]],
    ["First", "n", ["newest", "oldest"]],
    ["Bytes", "n", ["smallest", "largest"]],
  ];
  let order = "new and frequent";
  // The places of all rows in that order: filtering keeps it.
  let ranked = [];
  let shown = [];
  const off = { verdicts: new Set(), states: new Set() };

  const view = get("view");
  const list = get("rows");
  const find = get("find");
  const select = get("order");
  select.append(...Object.keys(orders).map((name) => new Option(name)));

  const titles = columns.map(([title, classes, names]) => {
    const head = make("button", classes, title);
    head.type = "button";
    head.addEventListener("click", () => sort(names[(names.indexOf(order) + 1) % names.length]));
    get("columns").append(head);
    return [head, title, names];
  });

  /** Buttons that leave rows out by the word in one of their fields. */
  const chips = (place, field) => {
    const counts = new Map();
    for (const row of rows) if (row[field]) counts.set(row[field], (counts.get(row[field]) || 0) + 1);
    if (counts.size < 2) return;
    for (const [name, count] of counts) {
      const chip = make("button", "", `${name} ${grouped(count)}`);
      chip.type = "button";
      chip.setAttribute("aria-pressed", "true");
      chip.addEventListener("click", () => {
        if (!off[place].delete(name)) off[place].add(name);
        chip.setAttribute("aria-pressed", String(!off[place].has(name)));
        filter();
      });
      get(place).append(chip);
    }
  };
  chips("verdicts", VERDICT);
  if (index.trend) chips("states", STATE);

  function filter() {
    const words = find.value.toLowerCase().split(/\s+/).filter(Boolean);
    shown = [];
    for (const place of ranked) {
      const row = rows[place];
      if (off.verdicts.has(row[VERDICT]) || off.states.has(row[STATE])) continue;
      if (words.every((word) => haystacks[place].includes(word))) shown.push(row);
    }
    get("shown").textContent = shown.length === rows.length
      ? grouped(rows.length) : `${grouped(shown.length)} of ${grouped(rows.length)}`;
    get("none").hidden = shown.length > 0;
    view.hidden = shown.length === 0;
    view.scrollTop = 0;
    draw(true);
  }

  function sort(name) {
    order = name;
    select.value = name;
    ranked = [...rows.keys()].sort((a, b) => orders[order](rows[a], rows[b]));
    for (const [head, title, names] of titles) {
      const at = names.indexOf(order);
      const goesUp = ["number", "verdict", "signature", "program", "smallest", "oldest", "fewest programs"];
      if (at < 0) head.removeAttribute("aria-sort");
      else head.setAttribute("aria-sort", goesUp.includes(order) ? "ascending" : "descending");
      head.textContent = at < 0 ? title : `${title} ${goesUp.includes(order) ? "↑" : "↓"}`;
    }
    filter();
  }

  // Only the rows that can be seen are elements.
  const narrow = matchMedia("(max-width: 820px)");
  const height = () => (narrow.matches ? 66 : 44);
  const MARGIN = 8;
  let drawn = [0, 0];

  function draw(anew) {
    const each = height();
    list.style.height = `${shown.length * each}px`;
    const first = Math.max(0, Math.floor(view.scrollTop / each) - MARGIN);
    const last = Math.min(shown.length, Math.ceil((view.scrollTop + view.clientHeight) / each) + MARGIN);
    if (!anew && drawn[0] === first && drawn[1] === last) return;
    drawn = [first, last];
    const had = document.activeElement && document.activeElement.dataset ? document.activeElement.dataset.place : undefined;
    const items = [];
    for (let place = first; place < last; place++) items.push(item(shown[place], place, each));
    list.replaceChildren(...items);
    if (had !== undefined) focus(Number(had), true);
  }

  function item(row, place, each) {
    const link = make("a", "row",
      make("span", "dim", row[NUMBER] > 0 ? `#${row[NUMBER]}` : `item ${row[FIRST]}`),
      make("span", "", index.trend && row[STATE] === "new" ? make("span", "badge new", "new") : "", " ", badge(row[VERDICT])),
      make("code", "what", row[SIGNATURE]),
      make("code", "text dim", row[EXCERPT]),
      make("span", "n many", grouped(row[PROGRAMS])),
      make("span", "n first dim", grouped(row[FIRST])),
      make("span", "n size", grouped(row[SIZE])));
    link.href = `#bucket-${row[NUMBER]}`;
    link.dataset.place = place;
    link.title = row[SIGNATURE];
    const entry = make("li", "", link);
    entry.style.transform = `translateY(${place * each}px)`;
    entry.setAttribute("aria-setsize", shown.length);
    entry.setAttribute("aria-posinset", place + 1);
    return entry;
  }

  function focus(place, only) {
    if (place < 0 || place >= shown.length) return;
    const each = height();
    if (!only) {
      const top = place * each;
      if (top < view.scrollTop) view.scrollTop = top;
      else if (top + each > view.scrollTop + view.clientHeight) view.scrollTop = top + each - view.clientHeight;
      draw(false);
    }
    const link = list.querySelector(`[data-place="${place}"]`);
    if (link) link.focus({ preventScroll: true });
  }

  view.addEventListener("scroll", () => requestAnimationFrame(() => draw(false)), { passive: true });
  narrow.addEventListener("change", () => { draw(true); if (sheet.open) open(current); });
  addEventListener("resize", () => draw(false));
  find.addEventListener("input", filter);
  select.addEventListener("change", () => sort(select.value));
  get("filter").addEventListener("submit", (event) => event.preventDefault());
  get("all").addEventListener("click", () => {
    find.value = "";
    for (const [place, names] of Object.entries(off)) {
      names.clear();
      for (const chip of get(place).children) chip.setAttribute("aria-pressed", "true");
    }
    filter();
    find.focus();
  });
  list.addEventListener("keydown", (event) => {
    const at = Number(document.activeElement.dataset.place);
    const page = Math.max(1, Math.floor(view.clientHeight / height()) - 1);
    const to = {
      ArrowDown: at + 1, j: at + 1, ArrowUp: at - 1, k: at - 1, Home: 0, End: shown.length - 1,
      PageDown: Math.min(at + page, shown.length - 1), PageUp: Math.max(at - page, 0),
    }[event.key];
    if (to === undefined || event.ctrlKey || event.altKey || event.metaKey) return;
    event.preventDefault();
    focus(to);
  });
  find.addEventListener("keydown", (event) => {
    if (event.key === "ArrowDown") { event.preventDefault(); focus(0); }
  });
  addEventListener("keydown", (event) => {
    const typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName);
    if (event.key === "/" && !typing && !sheet.open) { event.preventDefault(); find.focus(); find.select(); }
  });

  // The sheet.
  const sheet = get("bucket");
  const body = get("bucket-body");
  const blocks = new Map();
  let current;

  /** What is known of a bucket beyond its row. */
  const detail = (place) => {
    const block = Math.floor(place / index.block);
    if (!blocks.has(block)) blocks.set(block, data(`block-${block}`));
    return blocks.get(block)[place % index.block];
  };

  const copier = (text) => {
    const copy = make("button", "quiet", "Copy");
    copy.type = "button";
    copy.addEventListener("click", async () => {
      let done = true;
      try {
        await navigator.clipboard.writeText(text);
      } catch {
        const area = make("textarea", "hidden");
        area.value = text;
        sheet.append(area);
        area.select();
        done = document.execCommand("copy");
        area.remove();
      }
      copy.textContent = done ? "Copied" : "Select it by hand";
      setTimeout(() => { copy.textContent = "Copy"; }, 1500);
    });
    return copy;
  };
  const titled = (title, note, text, ...content) => {
    const head = make("div", "head", make("h3", "", title, make("span", "note", note)));
    if (text !== undefined) head.append(copier(text));
    return make("section", "", head, ...content);
  };
  const coloured = (runs) => {
    const block = make("pre", "block program");
    for (const [look, text] of runs) block.append(look ? make("span", `t${Number(look)}`, text) : text);
    return block;
  };
  const textOf = (runs) => runs.map((run) => run[1]).join("");

  const cell = (side, parts) => {
    if (!parts) return make("div", "void");
    return make("div", side, ...parts.map(([differs, text]) => (differs ? make("mark", "", text) : text)));
  };
  /** On a phone the lines of one side stand together, not beside those of the other. */
  const arranged = (rows) => {
    if (!narrow.matches) return rows;
    const all = [];
    let run = [];
    const flush = () => {
      for (const side of [0, 1]) {
        for (const row of run) if (row[side]) all.push(side ? [null, row[1]] : [row[0], null]);
      }
      run = [];
    };
    for (const row of rows) {
      if (Array.isArray(row)) { run.push(row); continue; }
      flush();
      all.push(row);
    }
    flush();
    return all;
  };
  const line = (row) => {
    if (typeof row === "number") return make("div", "left-out", `⋯ ${grouped(row)} lines are the same`);
    if (typeof row === "string") {
      return make("div", "pair", make("div", "", row), make("div", "twin", row));
    }
    return make("div", "pair", cell("o", row[0]), cell("s", row[1]));
  };
  const sides = (names, lines) => make("div", "sides",
    make("div", "pair names", make("div", "o", names[0]), make("div", "s", names[1])), ...arranged(lines).map(line));

  const comparison = (one, subject) => {
    const oracles = one.oracles.join(", ");
    if (one.verdict === "agree") {
      const same = make("details", "same", make("summary", "", `${oracles} `, badge("agree")),
        make("div", "sides", ...one.rows.map((row) => (typeof row === "string" ? make("div", "left-out", row) : line(row)))));
      return same;
    }
    const section = titled(oracles, one.aspect ? `differs in ${one.aspect}` : "", undefined);
    section.firstChild.append(badge(one.verdict));
    if (one.note) section.append(make("p", "note", one.note));
    section.append(sides([`oracle ${oracles}`, `subject ${subject}`], one.rows));
    if (one.derivations) {
      section.append(make("p", "note", "Derivations"), sides([`oracle ${oracles}`, `subject ${subject}`], one.derivations));
    }
    return section;
  };

  function open(place) {
    current = place;
    const row = rows[place];
    const found = detail(place);
    const subject = document.querySelector(".about strong").textContent;
    get("bucket-badges").replaceChildren(make("span", "note", row[NUMBER] > 0 ? `Bucket ${row[NUMBER]}` : `Item ${row[FIRST]}, not reduced yet`), badge(row[VERDICT]),
      row[STATE] && row[STATE] !== row[VERDICT] ? badge(row[STATE]) : "",
      make("span", "note", `${grouped(row[PROGRAMS])} programs, the first is ${grouped(row[FIRST])}`));
    get("bucket-title").textContent = row[SIGNATURE];
    const kind = row[REDUCED] ? "minimal" : "not reduced";
    const parts = [titled("Program", `${kind}, ${grouped(row[SIZE])} bytes, evaluated as ${found.mode}`,
      textOf(found.program), coloured(found.program))];
    if (found.features.length) parts[0].append(make("p", "note", `wants ${found.features.join(", ")}`));
    for (const file of found.files) parts.push(titled(file.path, "", textOf(file.program), coloured(file.program)));
    parts.push(...found.compared.map((one) => comparison(one, subject)));
    parts.push(titled("Replay", "", found.replay, make("pre", "block", found.replay)));
    parts.push(titled("Issue", "ready to be filed", `${found.issue.title}\n\n${found.issue.body}`,
      make("pre", "block issue", `${found.issue.title}\n\n${found.issue.body}`)));
    body.replaceChildren(...parts);
    body.scrollTop = 0;
    const at = shown.indexOf(row);
    get("previous").disabled = at <= 0;
    get("next").disabled = at < 0 || at >= shown.length - 1;
    if (!sheet.open) sheet.showModal();
    body.focus();
  }

  /** Opens what the address names. */
  function follow() {
    const number = /^#bucket-(-?\d+)$/.exec(location.hash);
    const place = number ? places.get(Number(number[1])) : undefined;
    if (place !== undefined) open(place);
    else if (sheet.open) sheet.close();
  }
  const step = (by) => {
    const row = shown[shown.indexOf(rows[current]) + by];
    if (row) location.replace(`#bucket-${row[NUMBER]}`);
  };
  addEventListener("hashchange", follow);
  get("previous").addEventListener("click", () => step(-1));
  get("next").addEventListener("click", () => step(1));
  get("close").addEventListener("click", () => sheet.close());
  sheet.addEventListener("click", (event) => { if (event.target === sheet) sheet.close(); });
  sheet.addEventListener("close", () => {
    if (location.hash.startsWith("#bucket-")) history.replaceState(null, "", location.pathname + location.search);
    focus(shown.indexOf(rows[current]));
  });

  sort(order);
  follow();
})();
