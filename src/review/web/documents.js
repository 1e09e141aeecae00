// Lists: documents, and the latest decisions.

import { api, h, number, pager, percent, t } from "./base.js";
import { warningName } from "./overview.js";

const SORTS = ["path", "date", "worst", "unsure", "warnings"];

export async function documents(query) {
  const asked = { q: query.get("q") ?? "", sort: query.get("sort") ?? "path", warning: query.get("warning") ?? "", page: query.get("page") ?? 0 };
  const found = await api("documents", asked);
  const go = (change) => {
    const next = { ...asked, page: 0, ...change };
    location.hash = `#/documents?${new URLSearchParams(Object.entries(next).filter(([, value]) => value !== "" && value !== 0))}`;
  };
  const search = h("input", { type: "search", id: "search", value: asked.q, placeholder: t("search.example"), maxlength: 200 });
  const sort = h("select", { id: "sort", onchange: (e) => go({ sort: e.target.value }) },
    SORTS.map((key) => h("option", { value: key, selected: key === asked.sort }, t(`sort.${key}`))));
  const total = found.more ? t("found.more", { count: number(found.total - 1) }) : t("found", { count: number(found.total) });
  const content = [
    h("h1", {}, t("nav.documents")),
    h("form", { role: "search", class: "search", onsubmit: (e) => { e.preventDefault(); go({ q: search.value, warning: "" }); } },
      h("label", { for: "search" }, t("search")), search, h("button", {}, t("search.go")),
      asked.q === "" && h("label", { for: "sort" }, t("sort")), asked.q === "" && sort),
    h("p", { id: "found" }, total, asked.warning && ` – ${warningName(asked.warning)} `,
      asked.warning && h("button", { type: "button", onclick: () => go({ warning: "" }) }, t("show.all"))),
    h("ul", { class: "documents" }, found.rows.map(row)),
    pager(found.page, found.size, found.total, (page) => go({ page })),
  ];
  return { title: t("nav.documents"), content: content.filter(Boolean) };
}

function row(d) {
  const facts = [
    d.municipality, d.body, d.date, t("row.pages", { count: number(d.pages) }), t("row.items", { count: number(d.items) }),
    d.cer !== null && t("row.cer", { share: percent(d.cer, 1) }), d.open > 0 && t("row.open", { count: number(d.open) }),
    d.warnings > 0 && t("row.warnings", { count: number(d.warnings) }), d.reviewed && t("row.reviewed"),
  ];
  return h("li", {},
    h("a", { href: `#/document?id=${d.id}` }, d.path),
    h("p", {}, facts.filter(Boolean).join(" · ")),
    d.passage && h("p", { class: "passage" }, "… ", d.passage[0], h("mark", {}, d.passage[1]), d.passage[2], " …"));
}

export async function decisions() {
  const { total, latest, torn } = await api("decisions");
  const shown = latest.map(({ line, decision: d }) => h("li", {},
    h("a", { href: `#/documents?${new URLSearchParams({ q: d.path })}` }, d.path), ": ",
    d.field ? `${d.field}: ` : "", h("q", {}, d.from ?? ""), " → ", h("q", {}, d.to ?? ""), " ",
    h("span", { class: "tag" }, t(`verdict.${d.verdict}`)), ` ${d.who}, `,
    h("time", { datetime: d.at }, new Date(d.at).toLocaleString(document.documentElement.lang)), ` (${line})`));
  const content = [
    h("h1", {}, t("nav.decisions")),
    h("p", {}, t("decisions.about", { count: number(total) })),
    torn.length > 0 && h("section", {}, h("h2", {}, t("decisions.torn")), h("ul", {}, torn.map((line) => h("li", {}, `${line.line}: ${line.text} (${line.reason})`)))),
    shown.length ? h("ol", { class: "decisions" }, shown) : h("p", {}, t("overview.none")),
  ];
  return { title: t("nav.decisions"), content: content.filter(Boolean) };
}
