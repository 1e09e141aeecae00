// The fields of a document, and where in the text they were read.

import { decide, h, has, percent, shade, t } from "./base.js";

const isField = (node) => node !== null && typeof node === "object" && !Array.isArray(node) &&
  "value" in node && "confidence" in node && "method" in node && "source" in node;

/** Every field at or below a node, with its path as decisions name it. */
export function flat(node, path = "") {
  if (isField(node)) return [{ path, field: node }];
  if (Array.isArray(node)) return node.flatMap((child, i) => flat(child, `${path}[${i}]`));
  if (node === null || typeof node !== "object") return [];
  return Object.entries(node).flatMap(([key, child]) => flat(child, path ? `${path}.${key}` : key));
}

/** What a path is called: the words of its names, an entry of a list with its number. */
function name(path) {
  return path.split(".").map((part) => {
    const [, key, position] = part.match(/^(\w+)(?:\[(\d+)\])?/) ?? [, part];
    const word = has(`field.${key}`) ? t(`field.${key}`) : key;
    return position === undefined ? word : `${word} ${Number(position) + 1}`;
  }).join(" › ");
}

/** The fields by meeting and item, each with a way to its place and to decide on it. */
export function fieldsPanel(found, view) {
  const { document: doc } = found.record;
  const decided = new Map(found.decisions.filter(({ decision }) => decision.field)
    .map(({ decision }) => [`${decision.field}|${decision.place?.start ?? ""}`, decision]));
  const { items, ...rest } = doc;
  const entry = ({ path, field }, prefix) => fieldRow(found, view, path, path.slice(prefix), field, decided);
  return h("section", { class: "panel fields", "aria-labelledby": "fields" },
    h("h2", { id: "fields" }, t("fields")),
    h("ul", {}, flat(rest).map((one) => entry(one, 0))),
    items.map((item, i) => {
      const prefix = `items[${i}]`;
      const sections = new Set(["sections"]);
      const known = Object.fromEntries(Object.entries(item).filter(([key]) => !sections.has(key)));
      return h("details", { open: items.length === 1 },
        h("summary", {}, `§ ${item.number?.value ?? i + 1} ${item.title?.value ?? ""}`),
        h("ul", {}, flat(known, prefix).map((one) => entry(one, prefix.length + 1))));
    }));
}

function fieldRow(found, view, path, shown, field, decided) {
  const source = field.source[0];
  const place = source && { start: source.start, end: source.end };
  const decision = decided.get(`${path}|${place?.start ?? ""}`);
  const value = String(decision?.to ?? field.value);
  const short = value.length > 160 ? `${value.slice(0, 160)} …` : value;
  const on = { field: { document: found.id, path, place, from: String(field.value) } };
  const answer = async (verdict, to) => {
    if (await decide(on, verdict, to)) await view.keep();
  };
  const label = name(shown);
  const method = decision ? "reviewed" : field.method;
  const row = h("li", { "data-field": path },
    h("span", { class: "name" }, label), " ",
    h("button", { type: "button", class: "value", disabled: !source, title: t("jump"), "aria-label": t("jump.label", { name: label, value: short }),
      onclick: () => view.goTo(source, String(field.value)) }, short), " ",
    h("span", { class: `tag ${shade(decision ? 1 : field.confidence)}` }, `${percent(decision ? 1 : field.confidence)} ${t(`method.${method}`)}`), " ",
    method !== "reviewed" && h("button", { type: "button", "aria-label": t("confirm.label", { name: label }), onclick: () => answer("accept", String(field.value)) }, t("confirm")), " ",
    decision ? h("button", { type: "button", onclick: () => answer("undo") }, t("take.back"))
      : h("button", { type: "button", "aria-label": t("edit.label", { name: label }), onclick: (e) => edit(e.target) }, t("edit")));
  const edit = (button) => {
    const input = h(value.length > 60 ? "textarea" : "input", { "aria-label": label, value, maxlength: 20000 });
    const form = h("form", { onsubmit: (e) => { e.preventDefault(); answer("type", input.value.trim()); } }, input, h("button", {}, t("save")));
    button.replaceWith(form);
    input.focus();
  };
  return row;
}

/**
 * Finds where in the text a place of the source stands. The record says so for its corrections; between two of them
 * the text runs on as the source does, page heads aside, and there the value itself is looked for.
 */
export function placer(record) {
  const text = [...record.text];
  const lower = text.map((c) => (/\s/.test(c) ? " " : c.toLowerCase()));
  const anchors = record.corrections.filter((c) => c.target && c.source[0])
    .map((c) => ({ source: c.source[0], target: c.target })).sort((a, b) => a.source.start - b.source.start);
  const find = (words, from, to, near) => {
    let best;
    for (let at = from; at + words.length <= to; at += 1) {
      let i = 0;
      while (i < words.length && lower[at + i] === words[i]) i += 1;
      if (i === words.length && (best === undefined || Math.abs(at - near) < Math.abs(best - near))) best = at;
    }
    return best;
  };
  return (source, value) => {
    const before = anchors.filter((a) => a.source.start <= source.start).at(-1);
    const after = anchors.find((a) => a.source.start >= source.end);
    const near = before ? before.target.start + (source.start - before.source.start)
      : after ? Math.max(0, after.target.start - (after.source.start - source.start)) : source.start;
    if (value) {
      const whole = [...value.replace(/\s+/g, " ").toLowerCase()];
      const words = whole.slice(0, 60);
      const [from, to] = [before ? before.target.start : 0, after ? Math.min(text.length, after.target.end + words.length) : text.length];
      const at = find(words, from, to, near) ?? find(words, 0, text.length, near);
      if (at !== undefined) return { start: at, end: at + whole.length };
    }
    if (near >= text.length || text.length === 0) return undefined;
    return { start: near, end: Math.min(text.length, near + Math.max(1, source.end - source.start)) };
  };
}
