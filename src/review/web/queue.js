// What is unsure, equal cases together, answered from the keyboard.

import { api, decide, h, number, pager, percent, set, settings, shade, t, undo, visible } from "./base.js";

export async function queue(query, show) {
  const page = Number(query.get("page") ?? 0);
  const found = await api("queue", { below: settings.below, page });
  const list = h("ol", { class: "queue", start: page * found.size + 1 }, found.groups.map((group) => card(group, show)));
  const level = h("input", { type: "number", id: "below", min: 5, max: 95, step: 5, value: Math.round(settings.below * 100),
    onchange: (e) => {
      set("below", Math.min(0.95, Math.max(0.05, Number(e.target.value) / 100 || 0.9)));
      show();
    } });
  const total = found.left + found.done;
  const content = [
    h("h1", {}, t("nav.queue")),
    h("p", {}, h("label", { for: "below" }, t("queue.below")), " ", level, " %"),
    h("p", { id: "left" }, t("queue.left", { left: number(found.left), kinds: number(found.kinds), done: number(found.done) })),
    h("progress", { max: Math.max(1, total), value: found.done, "aria-label": t("queue.progress") }),
    h("p", { class: "about" }, t("queue.keys")),
    h("p", {}, h("button", { type: "button", id: "undo", onclick: () => back(show) }, t("undo"))),
    found.groups.length ? list : h("p", { class: "done" }, t("queue.empty")),
    pager(page, found.size, found.kinds, (to) => { location.hash = `#/queue?page=${to}`; }),
  ];
  return { title: t("nav.queue"), content: content.filter(Boolean), keys: (event) => press(event, show), ready: () => choose(queue.at ?? 0) };
}

const cards = () => [...document.querySelectorAll(".queue > li")];
const current = () => document.querySelector(".queue > li.current");

/** Makes the card at a position the current one. */
function choose(at, focus = false) {
  const all = cards();
  const next = all[Math.max(0, Math.min(at, all.length - 1))];
  queue.at = next ? all.indexOf(next) : 0;
  for (const other of all) {
    other.classList.toggle("current", other === next);
    if (other === next) other.setAttribute("aria-current", "true");
    else other.removeAttribute("aria-current");
  }
  if (focus && next) {
    next.focus({ preventScroll: true });
    next.scrollIntoView({ block: "nearest" });
  }
}

async function back(show) {
  if (await undo()) await show();
}

function press(event, show) {
  const card = current();
  const click = (name) => card?.querySelector(`[data-do="${name}"]`)?.click();
  const step = { j: 1, ArrowDown: 1, k: -1, ArrowUp: -1 }[event.key];
  if (step) choose((queue.at ?? 0) + step, true);
  else if (event.key === "a") click("accept");
  else if (event.key === "r") click("reject");
  else if (event.key === "u") back(show);
  else if (event.key === "o") card?.querySelector(".places a")?.click();
  else if (event.key === "e") card?.querySelector("input")?.focus();
  else if (/^[1-9]$/.test(event.key)) click(`choose-${event.key}`);
  else return;
  event.preventDefault();
}

function card(group, show) {
  const on = { group: { from: group.from, to: group.to, kind: group.kind, below: settings.below } };
  const answer = async (verdict, to) => {
    const at = cards().indexOf(item);
    if (await decide(on, verdict, to)) {
      queue.at = at;
      await show();
      choose(at, true);
    }
  };
  const typed = h("input", { "aria-label": t("type.label", { from: group.from }), value: group.to, maxlength: 500 });
  const seen = new Set([group.from, group.to]);
  const others = group.places.flatMap((place) => place.alternatives ?? []).filter((a) => !seen.has(a.to) && seen.add(a.to)).slice(0, 9);
  const button = (name, label, act) => h("button", { type: "button", "data-do": name, onclick: act }, label);
  const item = h("li", { tabindex: -1, "aria-label": t("queue.card", { from: visible(group.from), to: visible(group.to), count: number(group.count) }),
    onfocusin: () => choose(cards().indexOf(item)) },
    h("h2", {}, h("del", {}, visible(group.from)), " → ", h("ins", {}, visible(group.to)),
      " ", h("span", { class: `tag ${shade(group.confidence)}` }, percent(group.confidence)),
      " ", h("span", { class: "tag" }, t(`kind.${group.kind}`)),
      group.count > 1 && [" ", h("span", { class: "tag" }, t("queue.count", { count: number(group.count) }))],
      " ", h("span", { class: "tag" }, group.applied > 0 ? t("state.applied") : t("state.suggested"))),
    h("div", { class: "answers" },
      button("accept", t("accept.key"), () => answer("accept")),
      button("reject", t("reject.key"), () => answer("reject")),
      others.map((other, i) => button(`choose-${i + 1}`, `${i + 1}: ${visible(other.to)} (${percent(other.confidence)})`, () => answer("choose", other.to))),
      h("form", { onsubmit: (e) => { e.preventDefault(); answer("type", typed.value.trim()); } }, typed, h("button", {}, t("type.key")))),
    h("ul", { class: "places" }, group.places.map((place) => h("li", {},
      place.around[1] === null ? t("queue.furniture") : [place.around[0] ?? "", h("mark", {}, visible(place.around[1])), place.around[2] ?? ""], " ",
      h("a", { href: `#/document?id=${place.document}&at=${place.position}` }, place.path)))),
    group.count > group.places.length && h("p", { class: "about" }, t("overview.more", { count: number(group.count - group.places.length) })));
  return item;
}
