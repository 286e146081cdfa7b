// The page of `linnet serve`. What people, files and models say is put in as text, never as HTML.
"use strict";

const MOST_BARS = 8, MOST_MARKS = 2000, MOST_TOLD = 8, MOST_ROWS = 100, MOST_SHOWN = 500;
const MOST_FILE_BYTES = 50e6, TEXTS_AT_ONCE = 200, BYTES_PER_CHARACTER = 6, MOST_TRIES = 20;
const PATIENCE_MS = 60_000;
const FAINT = 0.1; // words that did less than this share of the strongest are not marked

let facts = {}, model = {}, token = ""; // page.json, labels, and the token: in memory only
let asking = null, many = null; // stop the question, and the table, that are under way
let table = null; // {name, header, rows, column, delimiter, begin, own, answers}

const $ = (id) => document.getElementById(id);
const percent = (share) => `${(100 * share).toFixed(1)} %`;
const count = (number, noun) => `${number.toLocaleString("en")} ${noun}${number === 1 ? "" : "s"}`;
const data = (text, tag = "bdi") => make(tag, { className: "data", textContent: text });
const soft = (text) => make("p", { className: "soft", textContent: text });

function make(tag, properties = {}, ...children) {
  const made = Object.assign(document.createElement(tag), properties);
  made.append(...children);
  return made;
}

// ---- asking the server

class Refusal extends Error {
  constructor(status, detail = "", seconds = 1) {
    super(detail);
    Object.assign(this, { status, detail, seconds });
  }

  get sentence() {
    const why = this.detail && ` The server says: ${this.detail.replace(/^text 0 /, "the text ")}.`;
    switch (this.status) {
      case 0: return "The server does not answer. See whether it runs and whether you are online, then try again:"
        + " what you typed is still here.";
      case 401: return "The token is missing or wrong. Ask whoever runs this server for it.";
      case 413: return `This is more than the server takes at once. Shorten it.${why}`;
      case 422: return `The server cannot take this. Change it and try again.${why}`;
      case 429: return `Many are asking just now. Try again in ${count(this.seconds, "second")}.`;
      case 408:
      case 503: return `There was no answer in time. Try again in a moment, or with a shorter text.${why}`;
      default: return `The server refused this (${this.status}). Reload the page and try again.${why}`;
    }
  }
}

async function ask(path, body, signal) {
  const headers = token ? { Authorization: `Bearer ${token}` } : {};
  if (body) headers["Content-Type"] = "application/json";
  const stops = AbortSignal.any([AbortSignal.timeout(PATIENCE_MS), ...(signal ? [signal] : [])]);
  const request = { method: body ? "POST" : "GET", headers, signal: stops };
  try {
    const response = await fetch(path, { ...request, body: body && JSON.stringify(body) });
    if (response.ok) return await response.json();
    const said = await response.json().catch(() => ({}));
    throw new Refusal(response.status, said.detail, Number(response.headers.get("Retry-After")) || 1);
  } catch (error) {
    if (error instanceof Refusal || signal?.aborted) throw error;
    throw new Refusal(0);
  }
}

// Says what went wrong, where it went wrong. What was stopped on purpose is no mistake.
function tell(place, error) {
  if (error.name === "AbortError") return;
  if (error.status === 401) askForToken(error.sentence);
  else place.textContent = error.sentence ?? error.message;
}

function pause(seconds, signal) {
  return new Promise((done, stopped) => {
    const timer = setTimeout(done, 1000 * seconds);
    signal.addEventListener("abort", () => (clearTimeout(timer), stopped(signal.reason)), { once: true });
  });
}

// ---- beginning

const atModel = () => /\/models\/[^/]+\/$/.test(location.pathname); // else at the root

async function start() {
  $("trouble").hidden = true;
  try {
    facts = await ask("page.json");
    const models = facts.models.map((name) => new Option(name, name, false, name === facts.model));
    $("models").replaceChildren(...models);
    $("chooser").hidden = models.length < 2;
    $("name").textContent = facts.model;
    document.title = `${facts.model} · linnet`;
    $("docs-link").href = atModel() ? "../../docs" : "docs";
    if (facts.token && !token) askForToken("");
    else await begin();
  } catch (error) {
    $("trouble").hidden = false;
    tell($("trouble-text"), error);
  }
}

async function begin() {
  model = await ask("labels");
  $("about").textContent = `A text classifier by linnet: ${model.task}, ${count(model.labels.length, "label")}`;
  $("version").textContent = `model ${model.version}`;
  $("quality").hidden = $("quality-link").hidden = !facts.report;
  $("report-form").method = token ? "post" : "get";
  Object.assign($("report-token"), { value: token, disabled: !token });
  $("trouble").hidden = $("token-form").hidden = true;
  $("work").hidden = false;
}

function askForToken(why) {
  token = "";
  $("trouble").hidden = $("work").hidden = true;
  $("token-form").hidden = false;
  $("token-error").textContent = why;
  $("token").focus();
}

async function takeToken(event) {
  event.preventDefault();
  token = $("token").value.trim();
  $("token").value = $("token-error").textContent = "";
  try {
    if (!/^[ -~]+$/.test(token)) throw new Refusal(401); // other characters fit into no header
    await begin();
    $("text").focus();
  } catch (error) {
    tell($("token-error"), error);
  }
}

function changeModel() {
  const name = encodeURIComponent($("models").value);
  asking?.abort();
  history.replaceState(null, "", atModel() ? `../${name}/` : `models/${name}/`); // all paths follow
  $("result").replaceChildren(soft("This is another model: label the text again."));
  $("report-frame").hidden = true;
  if (table) take(table);
  start();
}

// ---- one text

async function labelOne(event) {
  event.preventDefault();
  const text = $("text").value;
  $("one-error").textContent = text.trim() ? "" : "Type or paste a text first.";
  asking?.abort();
  if (!text.trim()) {
    $("result").replaceChildren(soft("Its labels will stand here, with the words that decided."));
    $("status").textContent = "";
    return $("text").focus();
  }
  const mine = (asking = new AbortController());
  $("result").ariaBusy = "true";
  try {
    const answer = await explained(text, mine.signal);
    if (asking === mine) showAnswer(text, answer);
  } catch (error) {
    if (asking === mine) tell($("one-error"), error);
  } finally {
    if (asking === mine) $("result").ariaBusy = "false";
  }
}

// Where the words take too long, the labels alone are better than nothing.
async function explained(text, signal) {
  const question = { texts: [text], k: MOST_BARS };
  try {
    return (await ask("predict", { ...question, explain: true }, signal)).answers[0];
  } catch (error) {
    if (![429, 503].includes(error.status)) throw error;
    return (await ask("predict", question, signal)).answers[0];
  }
}

function showAnswer(text, answer) {
  const labels = answer.labels ?? [answer.label], known = answer.in_scope;
  const rows = answer.scores.map(({ label, score }) => ({
    name: label, share: score, shown: percent(score), chosen: known && labels.includes(label),
  }));
  const others = model.labels.length - rows.length;
  const parts = [...decided(answer, labels), bars(rows)];
  if (others > 0) parts.push(soft(`${count(others, "more label")} ${others === 1 ? "scores" : "score"} less.`));
  if (answer.why) parts.push(...reasons(text, answer.why));
  else parts.push(soft("Which words decided could not be told in time."));
  if (facts.feedback) parts.push(feedback(text, labels));
  $("result").replaceChildren(...parts);
  $("status").textContent = known
    ? `Labelled: ${labels.join(", ") || "no label"}. Highest score ${rows[0].shown}.`
    : "The model does not know.";
}

function decided({ in_scope, scores: [best] }, labels) {
  const head = (...children) => make("h3", { className: "decided" }, ...children);
  if (!in_scope) {
    const guess = make("p", {}, "This is unlike the texts that the model has learned from. Its best guess, not to be"
      + " relied on: ", data(best.label), ` ${percent(best.score)}`);
    return [head("I don’t know"), guess];
  }
  if (model.task !== "multilabel") {
    return [head(data(labels[0]), make("span", { className: "number", textContent: percent(best.score) }))];
  }
  if (labels.length) return [head(...labels.map((label) => data(label)))];
  return [head("No label"), make("p", { textContent: "None reaches its threshold." })];
}

function bars(rows) {
  return make("ol", { className: "bars" }, ...rows.map(({ name, share, shown, chosen }) => {
    const tick = chosen && model.task === "multilabel" ? "✓ " : ""; // not by colour alone
    const label = make("span", { className: "data", title: name, dir: "auto" }, tick, name);
    const filled = make("span", { className: "bar", ariaHidden: "true" });
    filled.style.setProperty("--share", share);
    return make("li", { className: chosen === false ? "other" : "" }, label, filled, make("span", {}, shown));
  }));
}

// ---- the words that decided

function reasons(text, { label, words }) {
  const most = words.reduce((most, word) => Math.max(most, Math.abs(word.contribution)), 0);
  const quote = make("blockquote", { className: "data", dir: "auto", tabIndex: 0, role: "group",
    ariaLabel: "The text, with the words that decided" }, ...marked(text, words, most));
  if (!most) return [quote, soft("No word of it changes the score.")];
  const told = make("p", { className: "told" }, "Why ", make("b", {}, data(label)), ": ", ...strongest(words));
  const legend = make("p", { className: "soft" }, "Words that speak for it are ", mark("underlined", 1, 0.6),
    ", those against it ", mark("dashed", -1, 0.6), ", the thicker the more they did. Numbers are log-odds.");
  return [quote, told, legend];
}

// Each word stands once, with what all its places did together.
function strongest(words) {
  const sums = new Map();
  for (const { text, contribution } of words) {
    const word = text.toLowerCase();
    sums.set(word, (sums.get(word) ?? 0) + contribution);
  }
  const order = [...sums].filter(([, did]) => did).sort((a, b) => Math.abs(b[1]) - Math.abs(a[1]));
  const kept = order.slice(0, MOST_TOLD).filter(([, did]) => Math.abs(did) >= FAINT * Math.abs(order[0][1]));
  const list = (chosen) => chosen.flatMap(([word, did], place) => [
    place ? ", " : "", make("span", {}, data(word), ` ${did > 0 ? "+" : "−"}${Math.abs(did).toFixed(2)}`),
  ]);
  const speak = list(kept.filter(([, did]) => did > 0)), against = list(kept.filter(([, did]) => did < 0));
  if (!against.length) return speak;
  return [...speak, speak.length ? "; against it " : "against it ", ...against];
}

function mark(text, did, strength) {
  const made = make("mark", { className: did > 0 ? "for" : "against", textContent: text });
  made.style.setProperty("--s", strength);
  return made;
}

// The text in pieces, marked or plain. Places count characters, of which JavaScript counts some twice.
function marked(text, words, most) {
  const characters = Array.from(text), pieces = [];
  const between = (start, end) => characters.slice(start, end).join("");
  const strong = words.filter(({ contribution: did }) => did && Math.abs(did) >= FAINT * most);
  const kept = strong.sort((a, b) => Math.abs(b.contribution) - Math.abs(a.contribution)).slice(0, MOST_MARKS);
  let done = 0;
  for (const { start, end, contribution: did } of kept.sort((a, b) => a.start - b.start)) {
    if (start < done || end <= start) continue;
    const made = mark(between(start, end), did, Math.abs(did) / most);
    made.title = `${did > 0 ? "for" : "against"} it: ${did.toFixed(2)}`;
    pieces.push(between(done, start), made);
    done = end;
  }
  return [...pieces, between(done)];
}

// ---- feedback

function feedback(text, labels) {
  const several = model.task === "multilabel", said = make("p", { role: "status" });
  const form = make("form", {}, several ? boxes(labels) : choice(labels), make("button", {}, "Keep this"), said);
  form.addEventListener("submit", async (event) => {
    event.preventDefault();
    const right = new FormData(form).getAll("label");
    try {
      await ask("feedback", several ? { text, labels: right } : { text, label: right[0] });
      said.textContent = "Kept. The next training can learn from it.";
    } catch (error) {
      tell(said, error);
    }
  });
  return make("details", { className: "feedback" }, make("summary", {}, "Is this wrong? Say what is right"), form);
}

function choice(labels) {
  const options = model.labels.map((label) => new Option(label, label, false, labels.includes(label)));
  return make("label", {}, "Right label ", make("select", { name: "label" }, ...options));
}

function boxes(labels) {
  const each = model.labels.map((label) => {
    const box = make("input", { type: "checkbox", name: "label", value: label, checked: labels.includes(label) });
    return make("label", {}, box, " ", data(label));
  });
  return make("fieldset", {}, make("legend", {}, "Right labels"), ...each);
}

// ---- many texts: a list is a table of one column

function takeList(event) {
  event.preventDefault();
  const rows = $("list").value.split("\n").filter((line) => line.trim()).map((line) => [line]);
  $("many-error").textContent = rows.length ? "" : "Type or paste texts first, each on a line of its own.";
  if (!rows.length) return $("list").focus();
  take({ name: "texts.csv", header: ["text"], rows, column: 0, delimiter: ",", begin: "", own: true });
  labelTable();
}

async function takeFile(file) {
  if (!file) return;
  $("many-error").textContent = "";
  try {
    if (file.size > MOST_FILE_BYTES) {
      throw Error("The file is larger than 50 MB. Split it, or use linnet predict FOLDER --table FILE.");
    }
    const { text, guessed } = decoded(await file.arrayBuffer());
    take({ name: file.name, ...parsed(text) });
    if (guessed) $("many-error").textContent = "This file is not UTF-8. It is read as Windows-1252: check the accents.";
    $("column").focus();
  } catch (error) {
    tell($("many-error"), error);
  }
}

function decoded(bytes) {
  try {
    return { text: new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes) };
  } catch {
    const text = new TextDecoder("windows-1252").decode(bytes); // what spreadsheets write if not UTF-8
    if (/[\0-\x08\x0E-\x1F]/.test(text)) throw Error("This is no CSV in UTF-8: save the table as that.");
    return { text, guessed: true };
  }
}

function parsed(text) {
  const begin = text.startsWith("\uFEFF") ? "\uFEFF" : "", body = text.slice(begin.length);
  const line = body.slice(0, body.search(/[\r\n]|$/)).replace(/"[^"]*"/g, "");
  const [delimiter] = [",", ";", "\t", "|"].sort((a, b) => line.split(b).length - line.split(a).length);
  const [header, ...rows] = cells(body, line.includes(delimiter) ? delimiter : ""); // else it is one column
  if (header?.some((name) => name.includes("\0"))) throw Error("This is no CSV in UTF-8: save the table as that.");
  if (!rows.length) throw Error("There are no rows below the first line, which should name the columns.");
  const width = rows.reduce((most, row) => Math.max(most, row.length), header.length);
  for (const row of [header, ...rows]) while (row.length < width) row.push("");
  const size = (column) => rows.slice(0, 100).reduce((sum, row) => sum + row[column].length, 0);
  const longest = header.reduce((best, _, column) => (size(column) > size(best) ? column : best), 0);
  const named = header.findIndex((name) => name.trim().toLowerCase() === "text");
  return { header, rows, delimiter, begin, column: named < 0 ? longest : named };
}

// Rows of cells, as RFC 4180 has them; blank lines are left out.
function cells(text, delimiter) {
  const rows = [], ends = new RegExp(`[${delimiter}\r\n]`, "g");
  for (let row = [], at = 0; at <= text.length; ) {
    let cell = "";
    if (text[at] === '"') {
      const close = closing(text, at);
      if (close < 0) throw Error(`The quotation mark in line ${text.slice(0, at).split("\n").length} is never closed.`);
      cell = text.slice(at + 1, close).replaceAll('""', '"');
      at = close + 1;
    }
    ends.lastIndex = at;
    const end = ends.exec(text)?.index ?? text.length;
    row.push(cell + text.slice(at, end));
    at = end + (text.startsWith("\r\n", end) ? 2 : 1);
    if (text[end] === delimiter) continue;
    if (row.length > 1 || row[0]) rows.push(row);
    row = [];
  }
  return rows;
}

function closing(text, open) {
  for (let at = text.indexOf('"', open + 1); at >= 0; at = text.indexOf('"', at + 2)) {
    if (text[at + 1] !== '"') return at;
  }
  return -1;
}

// ---- the table: labelled part by part, so that it can be stopped and gone on with

function take(next) {
  many?.abort();
  table = { ...next, answers: [] };
  $("status").textContent = "";
  const { header, column } = table;
  $("table").hidden = false;
  $("table-name").textContent = table.name;
  const names = header.map((name, at) => new Option(name || `column ${at + 1}`, at, false, at === column));
  $("column").replaceChildren(...names);
  $("column").hidden = $("column-label").hidden = header.length === 1;
  draw(false);
}

async function labelTable() {
  many?.abort();
  const mine = (many = new AbortController()), job = table;
  const texts = job.rows.map((row) => row[job.column]);
  $("many-error").textContent = "";
  draw(true);
  $("stop").focus();
  try {
    while (job.answers.length < texts.length) {
      const first = job.answers.length;
      job.answers.push(...(await labelled(texts.slice(first, partEnd(texts, first)), mine.signal)));
      if (many === mine) first < MOST_ROWS ? draw(true) : drawProgress();
    }
    $("status").textContent = `${count(texts.length, "text")} labelled.`;
  } catch (error) {
    if (many === mine) tell($("many-error"), error);
  }
  if (many !== mine) return;
  many = null;
  draw(false);
  (job.answers.length ? $("download") : $("score")).focus();
}

// Where the next part ends: few texts, and sure to be less than the server takes at once.
function partEnd(texts, first) {
  let end = first + 1, room = facts.body_bytes / BYTES_PER_CHARACTER - texts[first].length;
  while (end < texts.length && end - first < Math.min(TEXTS_AT_ONCE, facts.texts_per_request)) {
    room -= texts[end].length;
    if (room < 0) break;
    end += 1;
  }
  return end;
}

// Answers to some texts. What is refused as a whole is asked in halves: one bad text spoils no other.
async function labelled(texts, signal, tries = 1) {
  try {
    return (await ask("predict", { texts, k: 1 }, signal)).answers;
  } catch (error) {
    if (error.status === 429 && tries < MOST_TRIES) {
      await pause(error.seconds, signal);
      return labelled(texts, signal, tries + 1);
    }
    if (![413, 422, 503].includes(error.status) || (error.status === 503 && texts.length === 1)) throw error;
    if (texts.length === 1) return [{ refused: error.detail.replace(/^text 0 /, "") }];
    const half = Math.ceil(texts.length / 2);
    return [...(await labelled(texts.slice(0, half), signal)), ...(await labelled(texts.slice(half), signal))];
  }
}

function draw(going) {
  const done = table.answers.length, all = table.rows.length;
  $("score").hidden = going || done === all;
  $("score").textContent = done ? "Go on" : `Label ${count(all, "text")}`;
  $("stop").hidden = !going;
  $("column").disabled = going;
  $("download").hidden = going || !done;
  $("download").textContent = `Download CSV${done < all ? `, ${count(done, "row")} labelled` : ""}`;
  $("going").hidden = !going && (!done || done === all);
  drawProgress();
  drawRows();
  drawSummary(going);
}

function drawProgress() {
  const done = table.answers.length, all = table.rows.length;
  Object.assign($("progress"), { max: all, value: done });
  $("count").textContent = `${done.toLocaleString("en")} of ${all.toLocaleString("en")}`;
}

function drawSummary(going) {
  const counts = new Map(), { answers } = table;
  if (going || !answers.length) return $("summary").replaceChildren();
  for (const label of answers.flatMap(labelsOf)) counts.set(label, (counts.get(label) ?? 0) + 1);
  const order = [...counts].sort((a, b) => b[1] - a[1]).slice(0, MOST_BARS);
  const rows = order.map(([name, number]) => {
    return { name, share: number / answers.length, shown: number.toLocaleString("en") };
  });
  const unlike = answers.filter((answer) => answer.in_scope === false).length;
  const refused = answers.filter((answer) => answer.refused).length;
  const notes = [], rest = [...counts.values()].reduce((sum, number) => sum + number, 0)
    - order.reduce((sum, [, number]) => sum + number, 0);
  if (rest) notes.push(`${count(counts.size - order.length, "more label")}: ${rest.toLocaleString("en")}.`);
  if (unlike) notes.push(`Unlike the texts of the training: ${count(unlike, "text")}. The column in_scope says which.`);
  if (refused) notes.push(`Refused by the server: ${count(refused, "text")}. The column note says why.`);
  $("summary").replaceChildren(bars(rows), ...notes.map(soft));
}

function drawRows() {
  const { rows, column, answers } = table, shown = rows.slice(0, MOST_ROWS);
  const heads = ["Text", "Label", "Score"].map((name) => make("th", { scope: "col", textContent: name }));
  const body = shown.map((row, place) => {
    const text = make("div", { className: "data cut", dir: "auto" }, row[column].slice(0, MOST_SHOWN));
    return make("tr", {}, make("td", {}, text), ...verdict(answers[place]));
  });
  const whole = make("table", {}, make("thead", {}, make("tr", {}, ...heads)), make("tbody", {}, ...body));
  $("preview").replaceChildren(whole);
  if (rows.length > MOST_ROWS) $("preview").append(soft(`The first ${MOST_ROWS} rows; the download has all.`));
}

const labelsOf = (answer) => answer.labels ?? (answer.label ? [answer.label] : []);

function verdict(answer) {
  if (!answer) return [make("td"), make("td")];
  if (answer.refused) return [make("td", { className: "wrong", textContent: answer.refused, colSpan: 2 })];
  const labels = labelsOf(answer).flatMap((label, place) => [place ? ", " : "", data(label)]);
  const faint = (...said) => [make("span", { className: "soft" }, ...said)];
  const known = labels.length ? labels : faint("no label");
  const said = answer.in_scope ? known : faint("I don’t know", ...(labels.length ? [" (", ...labels, ")"] : []));
  return [make("td", {}, ...said), make("td", {}, percent(answer.scores[0].score))];
}

// ---- the labelled table as CSV

// A cell that linnet writes begins no formula: spreadsheets run what begins with one of these.
const guarded = (cell) => (/^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell);
const inQuotes = (cell) => `"${cell.replaceAll('"', '""')}"`;

function csv() {
  const { header, rows, answers, delimiter, begin, own } = table;
  const special = new RegExp(`["\r\n${delimiter}]`);
  const names = ["predicted", "score", "in_scope", ...(answers.some((answer) => answer.refused) ? ["note"] : [])];
  const added = names.map((name) => (header.includes(name) ? `linnet_${name}` : name));
  const theirs = (cell) => (own ? inQuotes(guarded(cell)) : special.test(cell) ? inQuotes(cell) : cell);
  const line = (row, more) => [...row.map(theirs), ...more].join(delimiter) + "\n";
  const lines = rows.map((row, place) => line(row, written(answers[place], names.length)));
  return [begin, line(header, added), ...lines];
}

function written(answer, num) {
  if (!answer) return Array(num).fill("");
  if (answer.refused) return ["", "", "", inQuotes(guarded(answer.refused))];
  const label = answer.labels ? JSON.stringify(answer.labels) : (answer.label ?? "");
  return [inQuotes(guarded(label)), String(answer.scores[0].score), String(answer.in_scope), ""].slice(0, num);
}

function download() {
  const address = URL.createObjectURL(new Blob(csv(), { type: "text/csv" }));
  const [, stem, ending] = table.name.match(/^(.*?)(\.[^.]*)?$/s);
  make("a", { href: address, download: `${stem}-labelled${ending ?? ".csv"}` }).click();
  setTimeout(() => URL.revokeObjectURL(address), 60_000);
}

// ---- what is pressed, typed and dropped

function submitByKeys(event) {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey)) event.target.form.requestSubmit();
}

function changeColumn() {
  take({ ...table, column: Number($("column").value) });
}

function showReport(event) {
  if (!event.submitter.formTarget) $("report-frame").hidden = false;
}

function drop(event) {
  if (!event.dataTransfer.types.includes("Files")) return;
  event.preventDefault();
  $("drop").classList.toggle("over", event.type === "dragover");
  if (event.type === "drop") takeFile(event.dataTransfer.files[0]);
}

const LISTENERS = [
  ["again", "click", start], ["token-form", "submit", takeToken], ["models", "change", changeModel],
  ["one-form", "submit", labelOne], ["text", "keydown", submitByKeys], ["list", "keydown", submitByKeys],
  ["list-form", "submit", takeList], ["column", "change", changeColumn], ["score", "click", labelTable],
  ["stop", "click", () => many?.abort()], ["download", "click", download], ["report-form", "submit", showReport],
  ["file", "change", ({ target }) => takeFile(target.files[0]).then(() => { target.value = ""; })],
];
for (const [id, event, listener] of LISTENERS) $(id).addEventListener(event, listener);
for (const event of ["dragover", "dragleave", "drop"]) window.addEventListener(event, drop);
start();
