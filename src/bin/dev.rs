use klartext::eval::rates::Rates;
use klartext::model::Model;
use klartext::normalize::normalize;
use klartext::repair::{Options, Reading, Repairer};
use klartext::source::{RawDocument, RawPage};
use klartext::text::Span;
use rayon::prelude::*;
use std::collections::BTreeMap;

fn judge(s: &str) -> String {
    let re = regex::Regex::new(r"[._–—=-]{4,}").unwrap();
    re.replace_all(s, " ")
        .split_whitespace()
        .collect::<Vec<_>>()
        .join(" ")
}
fn raw(text: &str) -> RawDocument {
    let mut pages = Vec::new();
    let mut at = 0;
    for p in text.split('\u{c}') {
        pages.push(RawPage {
            span: Span::new(at, at + p.len()),
            ..RawPage::default()
        });
        at += p.len() + 1;
    }
    RawDocument {
        text: text.to_owned(),
        pages,
        ..RawDocument::default()
    }
}
/// which gold words are matched
fn matched(g: &[&str], h: &[&str]) -> Vec<bool> {
    let (n, m) = (g.len(), h.len());
    let mut d = vec![0u32; (n + 1) * (m + 1)];
    for i in (0..n).rev() {
        for j in (0..m).rev() {
            d[i * (m + 1) + j] = if g[i] == h[j] {
                d[(i + 1) * (m + 1) + j + 1] + 1
            } else {
                d[(i + 1) * (m + 1) + j].max(d[i * (m + 1) + j + 1])
            };
        }
    }
    let mut f = vec![false; n];
    let (mut i, mut j) = (0, 0);
    while i < n && j < m {
        if g[i] == h[j] {
            f[i] = true;
            i += 1;
            j += 1;
        } else if d[(i + 1) * (m + 1) + j] >= d[i * (m + 1) + j + 1] {
            i += 1
        } else {
            j += 1
        }
    }
    f
}
fn diffs(g: &[&str], h: &[&str]) -> Vec<(String, String)> {
    // word-level alignment by levenshtein, grouped
    let (n, m) = (g.len(), h.len());
    let mut d = vec![0u32; (n + 1) * (m + 1)];
    for i in (0..=n).rev() {
        for j in (0..=m).rev() {
            d[i * (m + 1) + j] = if i == n {
                (m - j) as u32
            } else if j == m {
                (n - i) as u32
            } else {
                let s = d[(i + 1) * (m + 1) + j + 1] + (g[i] != h[j]) as u32;
                s.min(d[(i + 1) * (m + 1) + j] + 1)
                    .min(d[i * (m + 1) + j + 1] + 1)
            };
        }
    }
    let (mut i, mut j) = (0, 0);
    let mut out: Vec<(String, String)> = Vec::new();
    let mut open = false;
    while i < n || j < m {
        if i < n && j < m && g[i] == h[j] && d[i * (m + 1) + j] == d[(i + 1) * (m + 1) + j + 1] {
            i += 1;
            j += 1;
            open = false;
            continue;
        }
        if !open {
            out.push((String::new(), String::new()));
            open = true;
        }
        let l = out.last_mut().unwrap();
        if i < n && j < m && d[i * (m + 1) + j] == d[(i + 1) * (m + 1) + j + 1] + 1 {
            l.0 += " ";
            l.0 += g[i];
            l.1 += " ";
            l.1 += h[j];
            i += 1;
            j += 1;
        } else if i < n && d[i * (m + 1) + j] == d[(i + 1) * (m + 1) + j] + 1 {
            l.0 += " ";
            l.0 += g[i];
            i += 1;
        } else {
            l.1 += " ";
            l.1 += h[j];
            j += 1;
        }
    }
    out
}
fn main() {
    let args: Vec<String> = std::env::args().collect();
    let bytes = std::fs::read(&args[1]).unwrap();
    let repairer = Repairer::new(Model::open(&bytes).unwrap(), Options::default()).unwrap();
    if args[2] == "file" {
        let text = std::fs::read_to_string(&args[3]).unwrap();
        let clean = normalize(&raw(&text));
        let (repairs, pages) = repairer.repair(&clean);
        if args.len() > 4 {
            for r in &repairs {
                println!(
                    "{:?} -> {:?} {:.3} {:?} {:?}",
                    r.from,
                    r.to,
                    r.confidence,
                    r.kind,
                    r.alternatives
                        .iter()
                        .map(|a| format!("{} {:.3}", a.to, a.confidence))
                        .collect::<Vec<_>>()
                );
            }
        } else {
            print!("{}", Reading::new(&clean, repairs, pages).text);
        }
        return;
    }
    if args[2] == "pages" {
        let data = std::fs::read_to_string(&args[3]).unwrap();
        for l in data.lines() {
            let r: serde_json::Value = serde_json::from_str(l).unwrap();
            let (_, q) = repairer.repair(&normalize(&raw(r[args[4].as_str()].as_str().unwrap())));
            println!(
                "{}\t{}\t{}",
                r[format!("{}_cer", args[4])],
                q[0].estimated_cer,
                r["id"]
            );
        }
        return;
    }
    if args[2] == "calib" {
        let data = std::fs::read_to_string(&args[3]).unwrap();
        let rows: Vec<serde_json::Value> = data
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .filter(|r: &serde_json::Value| {
                r["id"].as_str().unwrap().starts_with(args[5].as_str())
                    && r["eng_cer"].as_f64().unwrap() <= 0.15
            })
            .collect();
        let v: Vec<Vec<(klartext::eval::verdicts::Verdict, klartext::repair::Repair)>> = rows
            .par_iter()
            .map(|r| {
                let clean = normalize(&raw(r[args[4].as_str()].as_str().unwrap()));
                let (repairs, _) = repairer.repair(&clean);
                klartext::eval::verdicts::verdicts(
                    &clean.text,
                    &repairs,
                    r["gold"].as_str().unwrap(),
                )
                .into_iter()
                .zip(repairs)
                .collect()
            })
            .collect();
        for (v, r) in v.into_iter().flatten() {
            println!(
                "{v:?}\t{:.4}\t{:?}\t{}\t{}\t{}",
                r.confidence, r.kind, r.basis, r.from, r.to
            );
        }
        return;
    }
    let engine = &args[3];
    let part = &args[4];
    let errors: usize = args.get(5).map_or(0, |a| a.parse().unwrap());
    let data = std::fs::read_to_string(&args[2]).unwrap();
    let rows: Vec<serde_json::Value> = data
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .filter(|r: &serde_json::Value| {
            r["id"].as_str().unwrap().starts_with(part.as_str())
                && r["eng_cer"].as_f64().unwrap() <= 0.15
        })
        .collect();
    let t = std::time::Instant::now();
    let out: Vec<String> = rows
        .par_iter()
        .map(|r| {
            let clean = normalize(&raw(r[engine].as_str().unwrap()));
            let (repairs, pages) = repairer.repair(&clean);
            Reading::new(&clean, repairs, pages).text
        })
        .collect();
    let dt = t.elapsed().as_secs_f64();
    let scored: Vec<(Rates, Rates, [usize; 4], Vec<(String, String)>)> = rows
        .par_iter()
        .zip(&out)
        .map(|(r, h)| {
            let (g, b, h) = (
                judge(r["gold"].as_str().unwrap()),
                judge(r[engine].as_str().unwrap()),
                judge(h),
            );
            let w = |s: &'_ str| -> Vec<String> { s.split(' ').map(|x| x.to_owned()).collect() };
            let (gw, bw, hw) = (w(&g), w(&b), w(&h));
            let r = |v: &'_ Vec<String>| -> Vec<*const str> {
                v.iter().map(|s| s.as_str() as *const str).collect()
            };
            let _ = r;
            let gr: Vec<&str> = gw.iter().map(|s| s.as_str()).collect();
            let br: Vec<&str> = bw.iter().map(|s| s.as_str()).collect();
            let hr: Vec<&str> = hw.iter().map(|s| s.as_str()).collect();
            let (f1, f2) = (matched(&gr, &br), matched(&gr, &hr));
            let mut c = [0; 4];
            for (x, y) in f1.iter().zip(&f2) {
                match (x, y) {
                    (true, true) => c[0] += 1,
                    (true, false) => c[1] += 1,
                    (false, true) => c[2] += 1,
                    _ => c[3] += 1,
                }
            }
            let padded = format!(" {b} ");
            let dd = diffs(&gr, &hr)
                .into_iter()
                .map(|(x, y)| {
                    let star = padded.contains(&format!("{x} "));
                    (if star { format!("*{x}") } else { x }, y)
                })
                .collect();
            (Rates::of(&g, &b), Rates::of(&g, &h), c, dd)
        })
        .collect();
    let (mut before, mut after, mut c) = (Rates::default(), Rates::default(), [0usize; 4]);
    let mut errs: BTreeMap<String, usize> = BTreeMap::new();
    for (b, a, k, d) in &scored {
        before = before.plus(*b);
        after = after.plus(*a);
        for i in 0..4 {
            c[i] += k[i];
        }
        for (g, h) in d {
            *errs.entry(format!("{g}  <- {h}")).or_default() += 1;
        }
    }
    println!(
        "{engine} {part}: pages {} words {}: before CER {:.4} WER {:.4}; after CER {:.4} WER {:.4}; damage/10k {:.1} fixed {:.3}; {:.2} s",
        rows.len(),
        after.words.1,
        before.cer(),
        before.wer(),
        after.cer(),
        after.wer(),
        1e4 * c[1] as f64 / (c[0] + c[1]).max(1) as f64,
        c[2] as f64 / (c[2] + c[3]).max(1) as f64,
        dt
    );
    let mut e: Vec<_> = errs.into_iter().collect();
    e.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    for (t, n) in e.into_iter().take(errors) {
        println!("{n} {t}");
    }
}
