"use strict";
/* The worklist and the graph of the report. All data lie in this file; nothing is asked
   of any server, and every text goes into the page as text. */
const data = JSON.parse(document.getElementById("data").textContent);
const byId = (id) => document.getElementById(id);
const make = (name, words, kind) => {
  const element = document.createElement(name);
  if (words !== undefined) element.textContent = words;
  if (kind) element.className = kind;
  return element;
};
const told = (words, values) =>
  words.replace(/\{(\w+)\}/g, (_, key) => String(values[key]));

/* ---- the worklist: a filter, an order and a page, all of them in the address ---- */

const PAGE = 50;
const FILTERS = ["severity", "code", "column", "issuer", "decision"];
const rows = data.rows.map((row, place) => {
  const [code, decision, page, words, quote, proposal, subject] = row;
  const [url, title, column, issuer] = data.pages[page];
  return {
    place, code: data.codes[code].code, rank: code, severity: data.codes[code].severity,
    decision: data.decisions[decision], url, title: title || url,
    column: data.columns[column], issuer: data.issuers[issuer],
    words: words || data.codes[code].title, quote, proposal, subject,
  };
});
const state = { sort: "", page: 1, q: "" };
const collator = new Intl.Collator("zh");
const haystack = (row) => {
  row.text ??= [row.words, row.title, row.url, row.quote, row.code, row.subject]
    .join("\n").toLowerCase();
  return row.text;
};

function readAddress() {
  const given = new URLSearchParams(location.hash.slice(1));
  for (const name of FILTERS) {
    const value = given.get(name) ?? "";
    const known = [...byId(name).options].some((option) => option.value === value);
    byId(name).value = state[name] = known ? value : "";
  }
  byId("q").value = state.q = given.get("q") ?? "";
  state.sort = given.get("sort") ?? "";
  state.page = Math.max(1, Number.parseInt(given.get("page") ?? "1", 10) || 1);
}

function writeAddress() {
  const parts = new URLSearchParams();
  for (const name of [...FILTERS, "q", "sort"]) {
    if (state[name]) parts.set(name, state[name]);
  }
  if (state.page > 1) parts.set("page", String(state.page));
  const hash = `#${parts}`;
  if (hash !== (location.hash || "#")) location.replace(hash === "#" ? "#rows-title" : hash);
}

function wanted() {
  const q = state.q.trim().toLowerCase();
  const held = rows.filter((row) =>
    FILTERS.every((name) => !state[name] || row[name] === state[name]) &&
    (!q || haystack(row).includes(q)));
  const key = state.sort.replace("-", "");
  if (["rank", "words", "title", "column", "issuer", "decision"].includes(key)) {
    const sign = state.sort.startsWith("-") ? -1 : 1;
    held.sort((a, b) => sign * (key === "rank" ? a.rank - b.rank
      : collator.compare(a[key], b[key])) || a.place - b.place);
  }
  return held;
}

function render() {
  const held = wanted();
  const pages = Math.max(1, Math.ceil(held.length / PAGE));
  state.page = Math.min(state.page, pages);
  const first = (state.page - 1) * PAGE;
  byId("rows").tBodies[0].replaceChildren(
    ...held.slice(first, first + PAGE).map(renderRow));
  byId("shown").textContent = told(data.words["report-shown"], {
    count: held.length.toLocaleString("en"), page: state.page, pages,
  });
  byId("previous").disabled = state.page === 1;
  byId("next").disabled = state.page === pages;
  for (const head of document.querySelectorAll("#rows th[data-sort]")) {
    const key = head.dataset.sort;
    head.setAttribute("aria-sort", state.sort === key ? "ascending"
      : state.sort === `-${key}` ? "descending" : "none");
  }
}

function renderRow(row) {
  const line = make("tr");
  const kind = make("td");
  kind.append(make("span", data.words[`report-${row.severity}`], `sev-${row.severity}`),
    make("br"), make("span", row.code, "soft"));
  const finding = make("td");
  finding.append(make("bdi", row.words));
  if (row.quote) finding.append(make("br"), make("mark", row.quote));
  if (row.proposal) {
    finding.append(make("br"), make("span", `${data.words["report-proposal"]}: `, "soft"),
      make("bdi", row.proposal));
  }
  const page = make("td");
  page.append(link(row.url, row.title), make("br"), make("span", row.subject.slice(0, 8), "soft"));
  const column = make("td");
  column.append(make("bdi", row.column));
  const issuer = make("td");
  issuer.append(make("bdi", row.issuer));
  line.append(kind, finding, page, column, issuer,
    make("td", data.words[`report-decision-${row.decision}`]));
  return line;
}

function link(url, words) {
  const isWeb = /^https?:\/\//.test(url);
  const element = make(isWeb ? "a" : "span");
  element.append(make("bdi", words));
  if (isWeb) {
    element.href = url;
    element.rel = "noopener noreferrer";
  }
  return element;
}

function fill(name, label) {
  const counts = new Map();
  for (const row of rows) counts.set(row[name], (counts.get(row[name]) ?? 0) + 1);
  const values = [...counts].filter(([value]) => value);
  if (name !== "code") values.sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
  byId(name).append(...values.map(([value, count]) => {
    const option = make("option", `${label(value)} (${count.toLocaleString("en")})`);
    option.value = value;
    return option;
  }));
}

function change(part) {
  Object.assign(state, { page: 1 }, part);
  render();
  writeAddress();
}

function startWorklist() {
  const titles = new Map(data.codes.map((code) => [code.code, code.title]));
  fill("severity", (value) => data.words[`report-${value}`]);
  fill("code", (value) => `${value} ${titles.get(value)}`);
  fill("column", (value) => value);
  fill("issuer", (value) => value);
  fill("decision", (value) => data.words[`report-decision-${value}`]);
  for (const name of FILTERS) {
    byId(name).addEventListener("change", (event) => change({ [name]: event.target.value }));
  }
  byId("q").addEventListener("input", (event) => change({ q: event.target.value }));
  byId("clear").addEventListener("click", () => {
    for (const name of [...FILTERS, "q"]) byId(name).value = state[name] = "";
    change({ sort: "" });
  });
  byId("previous").addEventListener("click", () => change({ page: state.page - 1 }));
  byId("next").addEventListener("click", () => change({ page: state.page + 1 }));
  for (const head of document.querySelectorAll("#rows th[data-sort]")) {
    head.firstElementChild.addEventListener("click", () => {
      const key = head.dataset.sort;
      change({ sort: state.sort === key ? `-${key}` : key });
    });
  }
  const follow = () => {
    if (!location.hash.includes("=")) return;
    readAddress();
    render();
  };
  window.addEventListener("hashchange", follow);
  document.addEventListener("click", (event) => {
    const to = event.target.closest?.('a[href*="="]')?.getAttribute("href") ?? "";
    if (to.startsWith("#")) byId("rows-title").scrollIntoView();
  });
  follow();
  render();
  if (location.hash.includes("=")) byId("rows-title").scrollIntoView();
}

/* ---- the graph: time to the right, one line a document, arrows to what it acts on ---- */

const SVG = "http://www.w3.org/2000/svg";
const LINE = 26;
const view = { x: 0, y: 0, zoom: 1 };
const draw = (name, values) => {
  const element = document.createElementNS(SVG, name);
  for (const [key, value] of Object.entries(values)) element.setAttribute(key, value);
  return element;
};

function chosen(issuer) {
  const own = new Set(data.nodes.flatMap((node, n) =>
    !issuer || node.issuer === issuer ? [n] : []));
  const edges = data.edges.filter((edge) => own.has(edge.source) || own.has(edge.target));
  const nodes = new Set(edges.flatMap((edge) => [edge.source, edge.target]));
  return { edges, nodes: [...nodes].sort((a, b) => a - b) };
}

/* Documents of one connected group stand together, the groups by their oldest document. */
function arranged({ edges, nodes }) {
  const group = new Map(nodes.map((n) => [n, n]));
  const root = (n) => {
    while (group.get(n) !== n) n = group.get(n);
    return n;
  };
  for (const edge of edges) {
    const [a, b] = [root(edge.source), root(edge.target)];
    group.set(Math.max(a, b), Math.min(a, b));
  }
  return nodes.map((n) => [root(n), n]).sort((a, b) => a[0] - b[0] || a[1] - b[1])
    .map(([, n]) => n);
}

function drawGraph() {
  const shown = chosen(byId("graph-issuer").value);
  const order = arranged(shown);
  const days = order.map((n) => data.nodes[n].day).filter(Boolean).map(time);
  const [first, last] = [Math.min(...days), Math.max(...days)];
  const x = (day) => 40 + (day ? 700 * (time(day) - first) / Math.max(last - first, 1) : 0);
  const spots = new Map(order.map((n, line) =>
    [n, [x(data.nodes[n].day), 40 + line * LINE]]));
  const parts = years(first, last, x, 40 + order.length * LINE);
  for (const edge of shown.edges) parts.push(drawEdge(edge, spots));
  for (const n of order) parts.push(drawNode(n, spots.get(n)));
  byId("graph-all").replaceChildren(...parts);
  Object.assign(view, { x: 0, y: 0, zoom: 1 });
  look();
}

const time = (day) => Date.parse(`${day}T00:00:00Z`) / 86400000;

function years(first, last, x, bottom) {
  if (!Number.isFinite(first)) return [];
  const from = new Date(first * 86400000).getUTCFullYear();
  const to = new Date(last * 86400000).getUTCFullYear();
  const step = Math.ceil((to - from + 1) / 14);
  const parts = [];
  for (let year = from + 1; year <= to; year += step) {
    const at = x(`${String(year).padStart(4, "0")}-01-01`);
    const words = draw("text", { x: at, y: 18, class: "year", "text-anchor": "middle" });
    words.textContent = String(year);
    parts.push(draw("line", { x1: at, x2: at, y1: 24, y2: bottom }), words);
  }
  return parts;
}

function drawEdge(edge, spots) {
  const [[x1, y1], [x2, y2]] = [spots.get(edge.source), spots.get(edge.target)];
  const bend = Math.min(x1, x2) - 12 - Math.min(60, Math.abs(y2 - y1) / 3);
  return draw("path", {
    class: `edge e-${edge.type}`, "marker-end": "url(#arrow)",
    d: `M${x1 - 7} ${y1}C${bend} ${y1} ${bend} ${y2} ${x2 - 8} ${y2}`,
  });
}

function drawNode(n, [x, y]) {
  const node = data.nodes[n];
  const group = draw("g", {
    class: `node v-${node.validity}`, tabindex: 0, role: "button",
    transform: `translate(${x.toFixed(1)} ${y})`, "data-n": n,
  });
  const words = draw("text", { x: 10, y: 4 });
  const number = node.doc_number ? ` ${node.doc_number}` : "";
  words.textContent = (node.title.length > 34 ? `${node.title.slice(0, 33)}…` : node.title)
    + number;
  group.append(draw("circle", { r: 6 }), words);
  group.addEventListener("click", () => tell(n));
  group.addEventListener("keydown", (event) => {
    if (event.code === "Enter" || event.code === "Space") {
      event.preventDefault();
      tell(n);
    }
  });
  return group;
}

function tell(n) {
  const node = data.nodes[n];
  const head = make("p");
  head.append(link(node.url, node.title), ` ${node.doc_number} ${node.day} `,
    make("b", data.validity[node.validity] ?? ""));
  const list = make("ul");
  for (const edge of data.edges) {
    if (edge.source !== n && edge.target !== n) continue;
    const item = make("li");
    item.append(make("bdi", data.nodes[edge.source].title), " ",
      make("b", `${data.words[`report-edge-${edge.type}`] ?? edge.type} →`), " ",
      make("bdi", data.nodes[edge.target].title), make("br"),
      make("span", `“${edge.quote}” ${edge.day}`, "soft"));
    list.append(item);
  }
  byId("evidence").replaceChildren(head, list);
}

function look() {
  const box = byId("graph");
  const width = box.clientWidth || 900;
  const height = box.clientHeight || 500;
  box.setAttribute("viewBox",
    `${view.x} ${view.y} ${width / view.zoom} ${height / view.zoom}`);
}

function zoom(factor, at) {
  const before = view.zoom;
  view.zoom = Math.min(4, Math.max(0.1, before * factor));
  const box = byId("graph").getBoundingClientRect();
  const [px, py] = at ? [at[0] - box.left, at[1] - box.top] : [box.width / 2, box.height / 2];
  view.x += px / before - px / view.zoom;
  view.y += py / before - py / view.zoom;
  look();
}

function find() {
  const q = byId("graph-q").value.trim().toLowerCase();
  let first = null;
  for (const group of document.querySelectorAll("#graph .node")) {
    const node = data.nodes[Number(group.dataset.n)];
    const isHit = q && `${node.title} ${node.doc_number}`.toLowerCase().includes(q);
    group.classList.toggle("hit", Boolean(isHit));
    group.classList.toggle("faint", Boolean(q) && !isHit);
    if (isHit) first ??= group;
  }
  if (first) {
    const box = byId("graph").getBoundingClientRect();
    const [, x, y] = /translate\(([\d.-]+) ([\d.-]+)\)/.exec(first.getAttribute("transform"));
    view.x = Number(x) - box.width / view.zoom / 4;
    view.y = Number(y) - box.height / view.zoom / 2;
    look();
  }
}

function startGraph() {
  const box = byId("graph");
  if (!box) return;
  const counts = new Map();
  for (const node of data.nodes) {
    if (node.issuer) counts.set(node.issuer, (counts.get(node.issuer) ?? 0) + 1);
  }
  const issuers = [...counts].sort((a, b) => b[1] - a[1] || collator.compare(a[0], b[0]));
  byId("graph-issuer").append(...issuers.map(([name, count]) => {
    const option = make("option", `${name} (${count})`);
    option.value = name;
    return option;
  }));
  byId("graph-issuer").value = issuers[0]?.[0] ?? "";
  byId("graph-issuer").addEventListener("change", drawGraph);
  byId("graph-q").addEventListener("input", find);
  byId("zoom-in").addEventListener("click", () => zoom(1.25));
  byId("zoom-out").addEventListener("click", () => zoom(0.8));
  byId("reset").addEventListener("click", drawGraph);
  box.addEventListener("wheel", (event) => {
    if (!event.ctrlKey && !event.shiftKey && document.activeElement !== box) return;
    event.preventDefault();
    zoom(event.deltaY < 0 ? 1.1 : 0.9, [event.clientX, event.clientY]);
  }, { passive: false });
  box.addEventListener("pointermove", (event) => {
    if (!event.buttons) return;
    view.x -= event.movementX / view.zoom;
    view.y -= event.movementY / view.zoom;
    look();
  });
  box.addEventListener("keydown", (event) => {
    const step = { ArrowLeft: [-40, 0], ArrowRight: [40, 0], ArrowUp: [0, -40],
      ArrowDown: [0, 40] }[event.code];
    if (step) {
      event.preventDefault();
      view.x += step[0] / view.zoom;
      view.y += step[1] / view.zoom;
      look();
    } else if (event.key === "+" || event.key === "-") {
      zoom(event.key === "+" ? 1.25 : 0.8);
    }
  });
  window.addEventListener("resize", look);
  drawGraph();
}

startWorklist();
startGraph();
