// What the batch came to.

import { api, h, has, number, percent, say, t, who } from "./base.js";

const bar = (count, largest) => {
  const inner = h("span", { class: "fill" });
  inner.style.setProperty("width", `${(count / Math.max(1, largest)) * 100}%`);
  return h("span", { class: "bar", "aria-hidden": "true" }, inner);
};

const section = (key, ...content) =>
  h("section", { "aria-labelledby": `s-${key}` },
    h("h2", { id: `s-${key}` }, t(`overview.${key}.heading`)), h("p", { class: "about" }, t(`overview.${key}.about`)), ...content);

const table = (columns, rows) => rows.length === 0 ? h("p", {}, t("overview.none")) :
  h("div", { class: "scroll", tabindex: 0, role: "group", "aria-label": columns.map((c) => t(`column.${c}`)).join(", ") },
    h("table", {}, h("thead", {}, h("tr", {}, columns.map((c) => h("th", { scope: "col" }, t(`column.${c}`))))),
      h("tbody", {}, rows.map(([first, ...rest]) => h("tr", {}, h("th", { scope: "row" }, first), rest.map((cell) => h("td", {}, cell)))))));

export const warningName = (code) => (has(`warning.${code}`) ? t(`warning.${code}`) : code);

export async function overview() {
  const { title, overview: o, decided, torn, unread } = await api("overview");
  const largest = Math.max(...o.confidence.map((c) => c.applied + c.suggested));
  const most = Math.max(...o.quality.map((q) => q.pages));
  const range = (c) => `${percent(c.from, 1)}–${percent(c.to, 1)}`;
  const numbers = ["documents", "failures", "pages", "unreadable", "items", "applied", "suggested", "reviewed"];
  const search = h("input", { type: "search", id: "search", name: "q", placeholder: t("search.example"), maxlength: 200 });
  const content = [
    h("h1", {}, title),
    h("form", { role: "search", class: "search", onsubmit: (e) => {
      e.preventDefault();
      location.hash = `#/documents?${new URLSearchParams({ q: search.value })}`;
    } }, h("label", { for: "search" }, t("search")), search, h("button", {}, t("search.go"))),
    h("dl", { class: "numbers" },
      numbers.map((key) => h("div", {}, h("dt", {}, t(`overview.${key}`)), h("dd", {}, number(o[key])))),
      o.dates && h("div", {}, h("dt", {}, t("overview.dates")), h("dd", {}, o.dates.join(" – "))),
      h("div", {}, h("dt", {}, t("overview.decided")), h("dd", {}, number(decided)))),
    unread > 0 && h("p", { class: "error" }, t("overview.unread", { count: number(unread) })),
    torn.length > 0 && h("p", { class: "error" }, t("overview.torn", { lines: torn.map((line) => line.line).join(", ") })),
    h("p", {}, h("button", { type: "button", id: "apply", onclick: apply }, t("apply")), " ", t("apply.about")),
    h("div", { id: "applied" }),
    section("confidence", table(["confidence", "applied", "suggested", "share"], [...o.confidence].reverse().map((c) =>
      [range(c), number(c.applied), number(c.suggested), bar(c.applied + c.suggested, largest)]))),
    section("quality", table(["cer", "pages", "share"], o.quality.map((q) => [range(q), number(q.pages), bar(q.pages, most)]))),
    section("worst", table(["document", "body", "date", "cer", "unreadable", "suggested"], o.worst.map((d) =>
      [h("a", { href: `#/document?id=${d.id}` }, d.path), d.body ?? "–", d.date ?? "–", percent(d.cer, 1), number(d.unreadable), number(d.suggestions)]))),
    section("warnings", table(["warning", "count", "documents", "example"], o.warnings.map((w) =>
      [h("a", { href: `#/documents?${new URLSearchParams({ warning: w.code })}` }, warningName(w.code)), number(w.count), number(w.documents), w.example]))),
    section("failed", table(["document", "problem", "remedy"], o.failed.flatMap((kind) => [
      ...kind.first.map(([path, message]) => [path, message, kind.remedy]),
      ...(kind.count > kind.first.length ? [[t("overview.more", { count: number(kind.count - kind.first.length) }), kind.kind, ""]] : []),
    ]))),
  ];
  return { title, content: content.filter(Boolean) };
}

async function apply() {
  if (!who()) return;
  const button = document.getElementById("apply");
  button.disabled = true;
  try {
    const done = await api("apply", {}, {});
    const list = done.unfit.map(({ line, decision, reason }) =>
      h("li", {}, `${line}: ${decision.path}: ${decision.from ?? ""} → ${decision.to ?? ""}: ${reason}`));
    document.getElementById("applied").replaceChildren(
      h("p", {}, t("applied", { fitting: number(done.fitting), reviewed: number(done.reviewed), unfit: number(done.unfit.length) })),
      ...(list.length ? [h("ul", {}, list)] : []));
    say(t("applied", { fitting: number(done.fitting), reviewed: number(done.reviewed), unfit: number(done.unfit.length) }));
  } catch (error) {
    say(error.message, true);
  }
  button.disabled = false;
}
