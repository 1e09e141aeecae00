// One document: as read and as repaired, line by line; why; fields; the scan.

import { api, decide, h, number, percent, shade, t, undo, visible } from "./base.js";
import { fieldsPanel, placer } from "./fields.js";
import { warningName } from "./overview.js";

export async function documentView(query, show) {
  const id = Number(query.get("id"));
  const found = await api("document", { id });
  const view = new View(found, show);
  const { record } = found;
  const source = record.source;
  const link = (to, key) => to !== null && h("a", { href: `#/document?id=${to}` }, t(key));
  const content = [
    h("h1", {}, source.path),
    h("p", { class: "about" }, [
      record.document.municipality?.name?.value, record.document.body?.value, record.document.meeting?.date?.value,
      t("row.pages", { count: number(record.pages.length) }), source.format, found.file].filter(Boolean).join(" · ")),
    h("nav", { class: "pager", "aria-label": t("nav.neighbours") }, link(found.previous, "previous"), " ", link(found.next, "next")),
    h("p", { class: "about" }, t("document.keys")),
    warnings(record, view),
    h("div", { class: "document" },
      h("div", { class: "texts", id: "texts" },
        h("div", { class: "line heads" }, h("h2", {}, t("as.read")), h("h2", {}, t("repaired"))), view.lines(),
        view.hidden()),
      h("div", { class: "panels" }, view.panel, view.figure, fieldsPanel(found, view))),
  ];
  return {
    title: source.path,
    content: content.filter(Boolean),
    keys: (event) => view.press(event),
    ready: () => {
      const at = query.get("at");
      if (at !== null) view.select(Number(at), true);
      else if (show.kept?.id === id) view.select(show.kept.at, true);
      show.kept = undefined;
    },
  };
}

function warnings(record, view) {
  if (record.warnings.length === 0) return null;
  return h("details", {}, h("summary", {}, t("row.warnings", { count: number(record.warnings.length) })),
    h("ul", {}, record.warnings.map((warning) => h("li", {}, `${warningName(warning.code)}: ${warning.message} `,
      warning.source.length > 0 && h("button", { type: "button", onclick: () => view.goTo(warning.source[0]) }, t("jump"))))));
}

/** What is shown of a document, and which of its repairs is looked at. */
class View {
  constructor(found, show) {
    this.found = found;
    this.show = show;
    this.record = found.record;
    this.decided = new Map();
    for (const { decision } of found.decisions) {
      if (!decision.field) this.decided.set(`${decision.place.start}-${decision.place.end}-${decision.from}`, decision);
    }
    this.locate = placer(this.record);
    this.panel = h("section", { class: "panel", id: "repair", "aria-label": t("panel.repair"), tabindex: -1 }, h("p", { class: "about" }, t("panel.choose")));
    this.figure = h("figure", { class: "scan", hidden: true });
    this.at = -1;
  }

  decision(c) {
    const source = c.source[0];
    return source && this.decided.get(`${source.start}-${source.end}-${c.from}`);
  }

  /** What stands in the repaired text for a correction, with what was decided. */
  surface(c, current) {
    const d = this.decision(c);
    if (!d) return current;
    if (d.verdict === "reject") return c.applied ? c.from : current;
    return d.to;
  }

  /** The text line by line, as it was read beside as it was repaired. */
  lines() {
    const text = [...this.record.text];
    const placed = this.record.corrections
      .map((correction, position) => ({ correction, position }))
      .filter(({ correction }) => correction.target)
      .sort((a, b) => a.correction.target.start - b.correction.target.start);
    const rows = [];
    let [read, repaired, at] = [h("p"), h("p"), 0];
    const plain = (to) => {
      while (at < to) {
        let end = at;
        while (end < to && text[end] !== "\n") end += 1;
        const part = text.slice(at, end).join("");
        if (part) {
          read.append(part);
          repaired.append(h("span", { "data-at": at }, part));
        }
        at = end;
        if (at < to) {
          close();
          at += 1;
        }
      }
    };
    const close = () => {
      const isBlank = read.childNodes.length === 0 && repaired.childNodes.length === 0;
      rows.push(h("div", { class: isBlank ? "line blank" : "line" }, read, repaired));
      [read, repaired] = [h("p"), h("p")];
    };
    for (const { correction, position } of placed) {
      const { start, end } = correction.target;
      if (start < at) continue;
      plain(start);
      const surface = text.slice(start, end).join("");
      read.append(h("mark", { class: shade(correction.confidence), "data-read": position }, visible(correction.from)));
      repaired.append(this.button(correction, position, surface, start));
      at = end;
    }
    plain(text.length);
    close();
    return rows;
  }

  button(correction, position, surface, start) {
    const d = this.decision(correction);
    const state = d ? `verdict.${d.verdict}` : correction.applied ? "state.applied" : "state.suggested";
    const label = t("fix.label", { from: visible(correction.from), to: visible(d ? d.to : correction.to), confidence: percent(correction.confidence), state: t(state) });
    return h("button", {
      type: "button", "data-at": start, "data-fix": position, "aria-label": label, title: label,
      class: `fix ${shade(correction.confidence)} ${correction.applied ? "applied" : "suggested"} ${d ? "decided" : ""}`,
      onclick: () => this.select(position),
    }, visible(this.surface(correction, surface)));
  }

  /** Repairs in page heads and the like, which the text leaves out. */
  hidden() {
    const hidden = this.record.corrections.map((correction, position) => ({ correction, position })).filter(({ correction }) => !correction.target);
    if (hidden.length === 0) return null;
    return h("details", { class: "hidden" }, h("summary", {}, t("hidden", { count: number(hidden.length) })),
      h("ul", {}, hidden.map(({ correction, position }) => h("li", {}, h("del", {}, visible(correction.from)), " → ",
        this.button(correction, position, correction.applied ? correction.to : correction.from)))));
  }

  fixes() {
    return [...document.querySelectorAll("#texts [data-fix]")];
  }

  /** Shows why a repair was made or suggested, and what can be decided on it. */
  select(position, scroll = false) {
    const correction = this.record.corrections[position];
    if (!correction) return;
    this.at = position;
    for (const other of document.querySelectorAll("#texts .selected")) other.classList.remove("selected");
    for (const mine of document.querySelectorAll(`#texts [data-fix="${position}"], #texts [data-read="${position}"]`)) {
      mine.classList.add("selected");
      mine.closest("details")?.setAttribute("open", "");
      if (scroll) mine.scrollIntoView({ block: "center" });
    }
    if (scroll) document.querySelector(`#texts [data-fix="${position}"]`)?.focus({ preventScroll: true });
    this.explain(correction, position);
    this.scan(correction.source[0]);
  }

  explain(c, position) {
    const d = this.decision(c);
    const on = { correction: { document: this.found.id, position } };
    const answer = (verdict, to) => this.answer(on, verdict, to);
    const typed = h("input", { "aria-label": t("type.label", { from: c.from }), value: d?.to ?? c.to, maxlength: 500 });
    const source = c.source[0];
    const button = (name, label, act) => h("button", { type: "button", "data-do": name, onclick: act }, label);
    this.panel.replaceChildren(
      h("h2", {}, h("del", {}, visible(c.from)), " → ", h("ins", {}, visible(c.to))),
      h("p", {}, t(`kind.${c.kind}.why`, { from: visible(c.from), to: visible(c.to) })),
      h("p", {}, t(c.applied ? "why.applied" : "why.suggested", { confidence: percent(c.confidence, 1) }),
        source && ` ${t("why.place", { page: number(source.page), line: number(source.line) })}`),
      d ? h("p", { class: "decided" }, t("why.decided", { verdict: t(`verdict.${d.verdict}`), who: d.who, to: visible(d.to ?? "") })) : "",
      h("div", { class: "answers" },
        button("accept", t("accept.key"), () => answer("accept")),
        button("reject", t("reject.key"), () => answer("reject")),
        c.alternatives.slice(0, 9).map((other, i) => button(`choose-${i + 1}`, `${i + 1}: ${visible(other.to)} (${percent(other.confidence)})`, () => answer("choose", other.to))),
        h("form", { onsubmit: (e) => { e.preventDefault(); answer("type", typed.value.trim()); } }, typed, h("button", {}, t("type.key"))),
        d ? button("take-back", t("take.back"), () => answer("undo")) : ""));
  }

  async answer(on, verdict, to) {
    if (!(await decide(on, verdict, to))) return;
    this.show.kept = { id: this.found.id, at: this.at };
    await this.show();
  }

  press(event) {
    const click = (name) => this.panel.querySelector(`[data-do="${name}"]`)?.click();
    const fixes = this.fixes();
    const step = { j: 1, k: -1 }[event.key];
    if (step) {
      const here = fixes.findIndex((fix) => Number(fix.dataset.fix) === this.at);
      const next = fixes[Math.max(0, Math.min(fixes.length - 1, here + step))];
      if (next) this.select(Number(next.dataset.fix), true);
    } else if (event.key === "a") click("accept");
    else if (event.key === "r") click("reject");
    else if (event.key === "u") undo().then((undone) => undone && this.keep());
    else if (event.key === "e") this.panel.querySelector("input")?.focus();
    else if (/^[1-9]$/.test(event.key)) click(`choose-${event.key}`);
    else return;
    event.preventDefault();
  }

  keep() {
    this.show.kept = { id: this.found.id, at: this.at };
    return this.show();
  }

  /** Shows where a value or warning was read from. */
  goTo(source, value) {
    const at = this.locate(source, value);
    for (const old of document.querySelectorAll("#texts .found")) old.classList.remove("found");
    this.scan(source);
    if (at === undefined) return;
    const { start, end } = at;
    const parts = [...document.querySelectorAll("#texts [data-at]")];
    const touching = parts.filter((part, i) => {
      const from = Number(part.dataset.at);
      const to = i + 1 < parts.length ? Number(parts[i + 1].dataset.at) : Infinity;
      return from < end && start < to;
    });
    const shown = touching.length ? touching : parts.filter((part) => Number(part.dataset.at) <= start).slice(-1);
    for (const part of shown) part.classList.add("found");
    shown[0]?.scrollIntoView({ block: "center" });
    const line = shown[0]?.closest(".line");
    if (line) {
      line.tabIndex = -1;
      line.focus({ preventScroll: true });
    }
  }

  /** The page's image with a box around the place, where there is one. */
  async scan(source) {
    if (!source?.bbox || !this.found.images.includes(source.page)) {
      this.figure.hidden = true;
      return;
    }
    const page = this.record.pages[source.page - 1];
    if (this.page !== source.page) {
      this.page = source.page;
      const blob = await api("image", { id: this.found.id, page: source.page });
      const image = h("img", { alt: t("scan.alt", { page: number(source.page) }) });
      image.src = URL.createObjectURL(blob);
      await image.decode().catch(() => {});
      URL.revokeObjectURL(image.src);
      this.box = h("span", { class: "box" });
      this.frame = h("div", { class: "frame", tabindex: 0, role: "group", "aria-label": t("scan.alt", { page: number(source.page) }) },
        h("div", { class: "sheet" }, image, this.box));
      this.figure.replaceChildren(this.frame, h("figcaption", {}, t("scan", { page: number(source.page) })));
    }
    this.figure.hidden = false;
    const image = this.figure.querySelector("img");
    const [width, height] = [page.width || image.naturalWidth, page.height || image.naturalHeight];
    const [left, top, right, bottom] = source.bbox;
    const place = (name, share) => this.box.style.setProperty(name, `${share * 100}%`);
    place("left", left / width);
    place("top", top / height);
    place("width", (right - left) / width);
    place("height", (bottom - top) / height);
    this.frame.scrollTop = this.box.offsetTop - this.frame.clientHeight / 2;
  }
}
