// What all views use: the way to the server, words, elements, what the user has set.
// Whatever comes from documents becomes text nodes only, never markup.

const token = new URLSearchParams(location.search).get("token") ?? "";

/** Asks the server; throws an Error that people can read. */
export async function api(path, query = {}, body) {
  const url = new URL(`/api/${path}`, location.origin);
  for (const [key, value] of Object.entries(query)) url.searchParams.set(key, value);
  const headers = { "x-klartext-token": token };
  if (body !== undefined) headers["content-type"] = "application/json";
  const method = body === undefined ? "GET" : "POST";
  let response;
  try {
    response = await fetch(url, { method, headers, body: body && JSON.stringify(body) });
  } catch {
    throw new Error(t("error.gone"));
  }
  if (!response.ok) {
    const told = await response.json().catch(() => ({}));
    throw new Error(told.error ?? `${response.status} ${response.statusText}`);
  }
  return path === "image" ? response.blob() : response.json();
}

let words = {};

/** The words for a key, with {name} filled in. */
export function t(key, fill = {}) {
  const found = words[key] ?? key;
  return found.replace(/\{(\w+)\}/g, (whole, name) => fill[name] ?? whole);
}

export const has = (key) => key in words;

export const settings = {
  lang: stored("lang", ["en", "sv"]) ?? (/^sv/i.test(navigator.language) ? "sv" : "en"),
  theme: stored("theme", ["auto", "light", "dark"]) ?? "auto",
  keys: stored("keys", ["on", "off"]) ?? "on",
  below: Number(stored("below") ?? 0.9),
  who: stored("who") ?? "",
};

function stored(key, allowed) {
  const value = localStorage.getItem(`klartext.${key}`);
  return value !== null && (!allowed || allowed.includes(value)) ? value : undefined;
}

export function set(key, value) {
  settings[key] = value;
  localStorage.setItem(`klartext.${key}`, value);
}

export async function loadWords() {
  words = await api("words", { lang: settings.lang });
  document.documentElement.lang = settings.lang;
}

/** An element: h("p", {class: "x", onclick: f}, "text", child, …). */
export function h(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [key, value] of Object.entries(attributes)) {
    if (value === undefined || value === null || value === false) continue;
    if (key.startsWith("on")) element.addEventListener(key.slice(2), value);
    else if (key === "value") element.value = value;
    else element.setAttribute(key, value === true ? "" : value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

export const number = (value) => new Intl.NumberFormat(settings.lang).format(value);

export const percent = (share, digits = 0) =>
  new Intl.NumberFormat(settings.lang, { style: "percent", maximumFractionDigits: digits }).format(share);

/** Says something to whoever cannot see it happen, and shows it for a while. */
export function say(message, isError = false) {
  const status = document.getElementById("status");
  status.textContent = message;
  status.classList.toggle("error", isError);
  status.classList.add("shown");
  clearTimeout(say.timer);
  say.timer = setTimeout(() => status.classList.remove("shown"), isError ? 15000 : 5000);
}

/** The name of who decides; asks for it where there is none. */
export function who() {
  if (settings.who.trim()) return settings.who.trim();
  const field = document.getElementById("who");
  field.focus();
  say(t("error.who"), true);
  return undefined;
}

/** Keeps a decision; true once it is on disk. */
export async function decide(on, verdict, to) {
  const name = who();
  if (!name) return false;
  try {
    const { decided } = await api("decide", {}, { who: name, verdict, to, on });
    say(t("decided", { count: number(decided) }));
    return true;
  } catch (error) {
    say(error.message, true);
    return false;
  }
}

export async function undo() {
  const name = who();
  if (!name) return 0;
  try {
    const { undone } = await api("undo", {}, { who: name });
    say(undone ? t("undone", { count: number(undone) }) : t("undone.none"));
    return undone;
  } catch (error) {
    say(error.message, true);
    return 0;
  }
}

/** From unsure to sure: c0 … c4. */
export const shade = (confidence) => `c${Math.min(4, Math.floor(Math.max(0, (confidence - 0.5) * 10)))}`;

/** What is deleted, or a mere space, has a sign, so that it can be seen and clicked. */
export const visible = (text) => (text === "" ? "∅" : text.trim() === "" ? "␣" : text);

export function typing(event) {
  const target = event.target;
  return event.ctrlKey || event.metaKey || event.altKey || target.isContentEditable ||
    ["INPUT", "TEXTAREA", "SELECT"].includes(target.tagName);
}

/** Buttons to other pages of a list. */
export function pager(page, size, total, go) {
  const last = Math.max(0, Math.ceil(total / size) - 1);
  if (last === 0) return null;
  const button = (label, to) =>
    h("button", { type: "button", disabled: to < 0 || to > last || to === page, onclick: () => go(to) }, label);
  return h("nav", { class: "pager", "aria-label": t("pages") },
    button(t("page.first"), 0), button(t("page.previous"), page - 1),
    h("span", {}, t("page.of", { page: number(page + 1), pages: number(last + 1) })),
    button(t("page.next"), page + 1), button(t("page.last"), last));
}
