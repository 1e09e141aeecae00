// A person reviews a batch: opens it, searches, follows a field to its place, decides in the queue with keys,
// takes back, reloads, closes the browser, applies, and finds the change in the JSON. One document is hostile.
// Every view is checked with axe-core for WCAG 2.2 AA, in both languages and colour schemes.

import assert from "node:assert/strict";
import { execFileSync, spawn } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { deflateSync, gunzipSync } from "node:zlib";
import { chromium } from "playwright-core";

const program = process.argv[2];
const fixtures = join(dirname(fileURLToPath(import.meta.url)), "../../fixtures");
const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");
const work = mkdtempSync(join(tmpdir(), "klartext-review-"));
const out = join(work, "out");
const shots = process.env.SHOTS;

const HOSTILE = `<script>window.taken=1</script><img src=x onerror="window.taken=1">`;

/** The check sum of PNG. */
function crc32(bytes) {
  let crc = ~0;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit += 1) crc = (crc >>> 1) ^ (crc & 1 ? 0xedb88320 : 0);
  }
  return ~crc >>> 0;
}

/** A white page as PNG. */
function png(width, height) {
  const chunk = (name, data) => {
    const body = Buffer.concat([Buffer.from(name), data]);
    const [length, sum] = [Buffer.alloc(4), Buffer.alloc(4)];
    length.writeUInt32BE(data.length);
    sum.writeUInt32BE(crc32(body));
    return Buffer.concat([length, body, sum]);
  };
  const head = Buffer.alloc(13);
  head.writeUInt32BE(width, 0);
  head.writeUInt32BE(height, 4);
  head.set([8, 0, 0, 0, 0], 8);
  const rows = Buffer.alloc((width + 1) * height, 255);
  for (let y = 0; y < height; y += 1) rows[y * (width + 1)] = 0;
  return Buffer.concat([Buffer.from("\x89PNG\r\n\x1a\n", "latin1"), chunk("IHDR", head), chunk("IDAT", deflateSync(rows)), chunk("IEND", Buffer.alloc(0))]);
}

function batch() {
  const input = join(work, "in");
  mkdirSync(join(input, "2022"), { recursive: true });
  const write = (name, content) => writeFileSync(join(input, name), content);
  write("2022/tyreso.xml", gunzipSync(readFileSync(join(fixtures, "01-tyreso-ks/eng.alto.xml.gz"))));
  for (const page of [1, 2, 3]) write(page === 1 ? "2022/tyreso.png" : `2022/tyreso-${page}.png`, png(248, 351));
  write("2022/kiruna.txt", readFileSync(join(fixtures, "02-kiruna-ks/eng.txt")));
  write("hostile.txt", `YDRE KOMMUN\nKommunstyrelsen 2021-03-02\n\n§ 12 ${HOSTILE}\n\nBeslut\nForvaltningen far i uppdrag att utreda fragan.\nNuyjin Alacabek (V) yrkar bifall.\n`);
  write("empty.txt", "");
  try {
    execFileSync(program, ["convert", input, "-o", out], { stdio: "pipe" });
  } catch (error) {
    // The empty file fails, as it should.
    assert.equal(error.status, 1, String(error.stderr));
  }
  const failures = join(out, "failures.ndjson");
  if (!existsSync(failures)) writeFileSync(failures, '{"path":"empty.txt","kind":"empty","message":"the file is empty","remedy":"Run OCR again."}\n');
  return input;
}

async function serve(input) {
  const server = spawn(program, ["review", out, "--no-open", "--images", input], { stdio: ["ignore", "pipe", "inherit"] });
  const address = await new Promise((resolve, reject) => {
    let said = "";
    server.stdout.on("data", (data) => {
      said += data;
      if (said.includes("\n")) resolve(said.trim());
    });
    server.on("exit", (code) => reject(new Error(`klartext review ended with ${code}`)));
  });
  return { server, address };
}

const decisions = () => (existsSync(join(out, "decisions.ndjson")) ? readFileSync(join(out, "decisions.ndjson"), "utf8").trim().split("\n").map((line) => JSON.parse(line)) : []);
const record = (name) => JSON.parse(readFileSync(join(out, `${name}.json`), "utf8"));

async function accessible(page, what) {
  await page.evaluate(axe);
  const { violations } = await page.evaluate(() => window.axe.run(document, { runOnly: ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"] }));
  const told = violations.map((v) => `${v.id}: ${v.help}\n  ${v.nodes.map((n) => `${n.html}\n    ${n.failureSummary}`).slice(0, 4).join("\n  ")}`);
  assert.deepEqual(told, [], `${what} is accessible`);
}

async function shot(page, name) {
  if (!shots) return;
  mkdirSync(shots, { recursive: true });
  await page.screenshot({ path: join(shots, `${name}.png`), fullPage: false });
}

const ready = (page) => page.waitForFunction(() => document.querySelector("main h1") && !document.querySelector("main[aria-busy]"));

async function go(page, hash) {
  await page.evaluate((to) => { location.hash = to; }, hash);
  await page.waitForTimeout(50);
  await ready(page);
}

async function open(browser, address, options = {}) {
  const context = await browser.newContext({ viewport: { width: 1400, height: 900 }, locale: "sv-SE", ...options });
  const page = await context.newPage();
  const problems = [];
  page.on("console", (message) => message.type() === "error" && problems.push(message.text()));
  page.on("pageerror", (error) => problems.push(String(error)));
  page.on("request", (request) => {
    const url = new URL(request.url());
    if (url.origin !== new URL(address).origin && url.protocol !== "blob:" && url.protocol !== "data:") problems.push(`asks for ${url}`);
  });
  await page.goto(address);
  await ready(page);
  return { context, page, problems };
}

async function review(browser, address) {
  const { context, page, problems } = await open(browser, address);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "sv", "the browser's language is followed");
  assert.match(await page.textContent("main"), /Rättelser efter säkerhet/);
  assert.match(await page.textContent("main"), /empty\.txt/, "what failed is named");

  // Search, by the keyboard alone.
  await page.focus("#search");
  await page.keyboard.type("odlingslott");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".documents a");
  assert.deepEqual(await page.locator(".documents a").allTextContents(), ["2022/tyreso.xml"]);
  await page.keyboard.press("Tab");
  await page.focus(".documents a");
  await page.keyboard.press("Enter");
  await page.waitForSelector(".fix");
  await ready(page);
  assert.match(await page.textContent("#texts"), /skoltradgardar/, "as it was read");
  assert.match(await page.textContent("#texts"), /skolträdgårdar/, "as it was repaired");

  // A field leads to its place, in the text and on the scan.
  await page.click('[data-field$=".title"] .value');
  await page.waitForSelector("#texts .found");
  assert.match((await page.locator("#texts .found").allTextContents()).join(""), /odlingslotter/);
  await page.waitForSelector(".scan:not([hidden]) .box");
  const [box, sheet] = [await page.locator(".scan .box").boundingBox(), await page.locator(".scan .sheet").boundingBox()];
  const source = record("2022/tyreso.xml").document.items[0].title.source[0];
  const { width } = record("2022/tyreso.xml").pages[source.page - 1];
  assert.ok(Math.abs((box.x - sheet.x) / sheet.width - source.bbox[0] / width) < 0.02, "the box is where the word is");

  // Why a repair was made.
  await page.locator(".fix", { hasText: "skolträdgårdar" }).first().click();
  assert.match(await page.textContent("#repair"), /skoltradgardar.*skolträdgårdar/s);

  // Nothing is decided without a name.
  await go(page, "#/queue");
  await page.fill("#below", "95");
  await page.dispatchEvent("#below", "change");
  await page.waitForTimeout(100);
  await ready(page);
  await page.waitForSelector(".queue > li");
  await page.keyboard.press("Escape");
  await page.focus("main");
  await page.keyboard.press("a");
  await page.waitForSelector("#status.error.shown");
  assert.equal(decisions().length, 0);
  await page.fill("#who", "Anna Ek");
  await page.focus("main");

  // Accept, reject, take back, with keys.
  const left = async () => Number((await page.textContent("#left")).match(/\d[\d\s ]*/)[0].replace(/\D/g, ""));
  const before = await left();
  const press = async (key) => {
    const was = await page.textContent("#left");
    await page.keyboard.press(key);
    await page.waitForFunction((old) => document.querySelector("#left")?.textContent !== old, was);
    await ready(page);
  };
  const card = () => page.locator(".queue > li.current h2 del").textContent();
  const first = await card();
  await press("a");
  const accepted = decisions();
  assert.ok(accepted.length > 0 && accepted.every((d) => d.verdict === "accept" && d.from === first && d.who === "Anna Ek"));
  const second = await card();
  assert.notEqual(second, first, "the next card is the current one");
  await press("r");
  assert.equal(decisions().at(-1).verdict, "reject");
  assert.equal(decisions().at(-1).to, second);
  const afterTwo = await left();
  await press("u");
  assert.ok((await left()) > afterTwo, "what was taken back is there again");
  assert.equal(decisions().at(-1).verdict, "undo");
  await press("r");
  await page.keyboard.press("j");
  await page.keyboard.press("e");
  await page.keyboard.press("Control+A");
  await page.keyboard.type("Prövat");
  await press("Enter");
  assert.equal(decisions().at(-1).to, "Prövat");
  assert.ok((await left()) < before);

  // Progress is kept over a reload and over closing the browser.
  const kept = await left();
  await page.reload();
  await ready(page);
  await page.waitForSelector("#left");
  assert.equal(await left(), kept);
  assert.deepEqual(problems, []);
  await context.close();
}

async function hostile(browser, address) {
  const { context, page, problems } = await open(browser, address);
  await go(page, "#/documents?q=script");
  await page.waitForSelector(".documents a");
  assert.match(await page.textContent(".documents"), /hostile\.txt/);
  await page.click(".documents a");
  await page.waitForSelector("#texts");
  await ready(page);
  assert.ok((await page.textContent("main")).includes("<script>"), "markup is shown as it stands");
  assert.equal(await page.evaluate(() => window.taken), undefined);
  assert.equal(await page.locator("main img[src=x], main script").count(), 0);
  assert.deepEqual(problems, []);
  // Another page in the same browser gets nothing.
  const origin = new URL(address).origin;
  const stolen = await page.evaluate(async (to) => {
    const frame = document.createElement("iframe");
    frame.src = to;
    document.body.append(frame);
    await new Promise((resolve) => { frame.onload = resolve; setTimeout(resolve, 500); });
    try { return frame.contentDocument?.body?.textContent ?? ""; } catch { return ""; }
  }, address);
  assert.doesNotMatch(stolen, /klartext/);
  const refused = await fetch(`${origin}/api/overview`);
  assert.equal(refused.status, 403);
  await context.close();
}

async function everywhere(browser, address) {
  for (const [lang, locale] of [["sv", "sv-SE"], ["en", "en-GB"]]) {
    for (const colorScheme of ["light", "dark"]) {
      const { context, page, problems } = await open(browser, address, { locale, colorScheme });
      assert.equal(await page.evaluate(() => document.documentElement.lang), lang);
      const views = { overview: "#/", documents: "#/documents?q=kommun", queue: "#/queue", decisions: "#/decisions" };
      for (const [name, hash] of Object.entries(views)) {
        await go(page, hash);
        await accessible(page, `${name} (${lang}, ${colorScheme})`);
        await shot(page, `${name}-${lang}-${colorScheme}`);
      }
      await go(page, "#/documents?q=odlingslott");
      await page.click(".documents a");
      await page.waitForSelector(".fix");
      await ready(page);
      await page.locator("#texts .line .fix").nth(3).click();
      await page.click('[data-field$=".title"] .value');
      await page.waitForSelector("#texts .found");
      await accessible(page, `document (${lang}, ${colorScheme})`);
      await shot(page, `document-${lang}-${colorScheme}`);
      const words = await page.evaluate(() => document.body.innerText.match(/\b(?:nav|queue|overview|column|field|row|kind|why|sort)\.[a-z_.]+/g));
      assert.equal(words, null, "every key has its words");
      assert.deepEqual(problems, []);
      await context.close();
    }
  }
  // A small screen, and the choice of language and colours.
  const { context, page } = await open(browser, address, { viewport: { width: 390, height: 800 } });
  await page.selectOption("#lang", "en");
  await page.waitForFunction(() => document.documentElement.lang === "en");
  await page.selectOption("#theme", "dark");
  const wide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
  assert.ok(wide <= 0, `nothing is wider than a small screen (${wide})`);
  await page.reload();
  await ready(page);
  assert.equal(await page.evaluate(() => document.documentElement.lang), "en", "the choice is kept");
  await shot(page, "overview-small");
  await context.close();
}

/** The report in the same browser, without a network. */
async function report(browser) {
  for (const lang of ["sv", "en"]) {
    const path = join(work, `report-${lang}.html`);
    execFileSync(program, ["report", out, "-o", path, "--lang", lang], { stdio: "pipe" });
    for (const colorScheme of ["light", "dark"]) {
      const context = await browser.newContext({ offline: true, colorScheme });
      const page = await context.newPage();
      await page.goto(`file://${path}`);
      // The page allows no scripts: the check comes in beside it.
      await accessible(page, `report (${lang}, ${colorScheme})`);
      await shot(page, `report-${lang}-${colorScheme}`);
      await context.close();
    }
  }
}

function applied() {
  const { verdict, from, to, path } = decisions().find((d) => d.verdict === "accept");
  execFileSync(program, ["apply", out], { stdio: "pipe" });
  const after = record(path);
  const mine = after.corrections.filter((c) => c.from === from && c.method === "reviewed");
  assert.ok(mine.length > 0 && mine.every((c) => c.to === to && c.applied && c.confidence === 1), `${verdict} of ${from} is in the JSON`);
  assert.deepEqual(after.review.by, ["Anna Ek"]);
}

const input = batch();
let { server, address } = await serve(input);
const browser = () => chromium.launch({ executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium", args: process.getuid?.() === 0 ? ["--no-sandbox"] : [] });
let chrome = await browser();
try {
  await review(chrome, address);
  await chrome.close();
  // A crash of the program loses nothing.
  server.removeAllListeners("exit");
  server.kill("SIGKILL");
  ({ server, address } = await serve(input));
  chrome = await browser();
  await hostile(chrome, address);
  await everywhere(chrome, address);
  await report(chrome);
  applied();
  console.log("the review works in a browser");
} finally {
  await chrome.close();
  server.removeAllListeners("exit");
  server.kill();
  rmSync(work, { recursive: true, force: true });
}
