// The frame around the views, and which of them is shown.

import { h, loadWords, say, set, settings, t, typing } from "./base.js";
import { overview } from "./overview.js";
import { decisions, documents } from "./documents.js";
import { documentView } from "./document.js";
import { queue } from "./queue.js";

const VIEWS = { "": overview, documents, document: documentView, queue, decisions };

/** What keys do in the view that is shown. */
let keys = () => {};

function select(id, label, value, options, change) {
  const entries = options.map(([key, name]) => h("option", { value: key, selected: key === value }, name));
  return h("label", {}, h("span", {}, label), h("select", { id, onchange: (e) => change(e.target.value) }, entries));
}

function frame() {
  const link = (to, key) => h("a", { href: `#/${to}`, "data-view": to }, t(key));
  document.getElementById("skip").textContent = t("skip");
  document.getElementById("top").replaceChildren(
    h("p", { class: "brand" }, "klartext"),
    h("nav", { "aria-label": t("menu") },
      link("", "nav.overview"), link("documents", "nav.documents"), link("queue", "nav.queue"), link("decisions", "nav.decisions")),
    h("div", { class: "settings" },
      h("label", {}, h("span", {}, t("who")),
        h("input", { id: "who", autocomplete: "name", maxlength: 80, value: settings.who, oninput: (e) => set("who", e.target.value) })),
      select("lang", t("language"), settings.lang, [["sv", "Svenska"], ["en", "English"]], async (value) => {
        set("lang", value);
        await loadWords();
        frame();
        show();
      }),
      select("theme", t("theme"), settings.theme,
        [["auto", t("theme.auto")], ["light", t("theme.light")], ["dark", t("theme.dark")]],
        (value) => { set("theme", value); theme(); }),
      select("keys", t("keys"), settings.keys, [["on", t("on")], ["off", t("off")]], (value) => set("keys", value))));
}

function theme() {
  document.documentElement.dataset.theme = settings.theme;
}

/** Shows the view that the address names: #/documents?q=… */
async function show() {
  const [path, query] = location.hash.replace(/^#\/?/, "").split("?");
  const view = VIEWS[path] ?? overview;
  const main = document.getElementById("main");
  for (const link of document.querySelectorAll("header nav a")) {
    const here = link.dataset.view === path || (path === "document" && link.dataset.view === "documents");
    if (here) link.setAttribute("aria-current", "page");
    else link.removeAttribute("aria-current");
  }
  keys = () => {};
  show.latest = {};
  const mine = show.latest;
  main.setAttribute("aria-busy", "true");
  try {
    const shown = await view(new URLSearchParams(query), show);
    if (mine !== show.latest) return;
    main.replaceChildren(...shown.content);
    document.title = `${shown.title} – klartext`;
    keys = shown.keys ?? keys;
    shown.ready?.();
  } catch (error) {
    if (mine !== show.latest) return;
    main.replaceChildren(h("h1", {}, t("error")), h("p", { class: "error" }, error.message));
    say(error.message, true);
  }
  main.removeAttribute("aria-busy");
}

document.addEventListener("keydown", (event) => {
  if (settings.keys === "on" && !typing(event)) keys(event);
});
window.addEventListener("hashchange", () => {
  scrollTo(0, 0);
  show().then(() => document.getElementById("main").focus({ preventScroll: true }));
});
document.getElementById("skip").addEventListener("click", (event) => {
  event.preventDefault();
  document.getElementById("main").focus();
});

theme();
loadWords().then(() => { frame(); return show(); }).catch((error) => say(error.message, true));
