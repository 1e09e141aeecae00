use super::*;
use serde_json::json;

/// `Nuyjin Alacabek (V) yrkar avslag den 3 mars 2O21.` with two corrections, one applied.
fn record() -> Value {
    let source = |start: u64, end: u64| json!([{"page": 1, "line": 1, "start": start, "end": end}]);
    let field = |value: &str, start: u64, end: u64| json!({"value": value, "confidence": 0.8, "method": "read", "source": source(start, end)});
    json!({
        "schema": "klartext/1", "id": "ab", "source": {"path": "a.txt", "sha256": "ab"},
        "document": {"kind": "minutes", "municipality": null, "body": null,
            "meeting": {"date": {"value": "2012-03-03", "confidence": 0.5, "method": "derived", "source": source(37, 49)}, "place": null},
            "items": [{"id": "ab:1", "number": field("1", 90, 91),
                "speakers": [{"name": field("Nuyjin Alacabek", 0, 15), "party": field("V", 17, 18)}],
                "votes": [{"yes": {"value": 7, "confidence": 0.5, "method": "read", "source": source(60, 62)}}],
                "text": field("Nuyjin Alacabek (V) yrkar avslag den 3 mars 2012.", 0, 50)}]},
        "pages": [], "warnings": [],
        "text": "Nuyjin Alacabek (V) yrkar avslag\nden 3 mars 2012.",
        "corrections": [
            {"from": "Nuyjin", "to": "Nujin", "kind": "spelling", "confidence": 0.4, "applied": false,
             "source": source(0, 6), "target": {"start": 0, "end": 6}, "alternatives": []},
            {"from": "2O21", "to": "2012", "kind": "identifier", "confidence": 0.6, "applied": true,
             "source": source(44, 48), "target": {"start": 44, "end": 48}, "alternatives": [{"to": "2021", "confidence": 0.3}]},
            {"from": "1O", "to": "", "kind": "mark", "confidence": 0.6, "applied": false,
             "source": source(60, 62), "target": null, "alternatives": []},
        ],
    })
}

fn decision(start: u64, end: u64, from: &str, to: &str, verdict: Verdict) -> Decision {
    Decision {
        at: format!("2026-01-01T00:00:{start:02}Z"),
        who: "Anna".to_owned(),
        sha256: "ab".to_owned(),
        path: "a.txt".to_owned(),
        field: None,
        place: Some(Span { start, end }),
        from: Some(from.to_owned()),
        to: Some(to.to_owned()),
        verdict,
    }
}

fn applied(decisions: &[Decision]) -> Reviewed {
    let numbered: Vec<(usize, &Decision)> = decisions.iter().enumerate().collect();
    apply(&record(), &numbered)
}

#[test]
fn an_accepted_suggestion_reaches_text_targets_and_fields() {
    let Reviewed { record, unfit } = applied(&[decision(0, 6, "Nuyjin", "Nujin", Verdict::Accept)]);
    assert!(unfit.is_empty());
    assert_eq!(
        record["text"],
        "Nujin Alacabek (V) yrkar avslag\nden 3 mars 2012."
    );
    let corrections = &record["corrections"];
    assert_eq!(corrections[0]["target"], json!({"start": 0, "end": 5}));
    assert_eq!(corrections[0]["confidence"], 1.0);
    assert_eq!(corrections[0]["applied"], true);
    assert_eq!(corrections[0]["method"], "reviewed");
    assert_eq!(corrections[1]["target"], json!({"start": 43, "end": 47}));
    let item = &record["document"]["items"][0];
    let name = &item["speakers"][0]["name"];
    assert_eq!(name["value"], "Nujin Alacabek");
    assert_eq!(
        (&name["method"], &name["confidence"]),
        (&json!("reviewed"), &json!(1.0))
    );
    // The year is still open, so nobody has answered for the whole sentence.
    assert_eq!(
        item["text"]["value"],
        "Nujin Alacabek (V) yrkar avslag den 3 mars 2012."
    );
    assert_eq!(item["text"]["method"], "read");
    assert_eq!(item["speakers"][0]["party"]["method"], "read");
    assert_eq!(
        record["review"],
        json!({"decisions": 1, "by": ["Anna"], "last": "2026-01-01T00:00:00Z"})
    );
}

#[test]
fn a_chosen_reading_changes_dates_and_keeps_what_was_passed_over() {
    let Reviewed { record, .. } = applied(&[
        decision(0, 6, "Nuyjin", "Nuyjin", Verdict::Reject),
        decision(44, 48, "2O21", "2021", Verdict::Choose),
    ]);
    assert_eq!(
        record["text"],
        "Nuyjin Alacabek (V) yrkar avslag\nden 3 mars 2021."
    );
    assert_eq!(record["document"]["meeting"]["date"]["value"], "2021-03-03");
    assert_eq!(record["document"]["meeting"]["date"]["method"], "derived");
    let text = &record["document"]["items"][0]["text"];
    assert_eq!(
        text["value"],
        "Nuyjin Alacabek (V) yrkar avslag den 3 mars 2021."
    );
    assert_eq!(text["method"], "reviewed");
    let [rejected, chosen] = [&record["corrections"][0], &record["corrections"][1]];
    assert_eq!(rejected["to"], "Nujin");
    assert_eq!(
        (&rejected["applied"], &rejected["confidence"]),
        (&json!(false), &json!(0.0))
    );
    assert_eq!(chosen["to"], "2021");
    assert_eq!(
        chosen["alternatives"],
        json!([{"to": "2012", "confidence": 0.6}])
    );
}

#[test]
fn rejecting_what_was_applied_brings_back_what_was_read() {
    let Reviewed { record, .. } = applied(&[decision(44, 48, "2O21", "2O21", Verdict::Reject)]);
    assert_eq!(
        record["text"],
        "Nuyjin Alacabek (V) yrkar avslag\nden 3 mars 2O21."
    );
    assert_eq!(record["corrections"][1]["applied"], false);
}

#[test]
fn counts_follow_and_what_cannot_is_named() {
    let Reviewed { record, .. } = applied(&[decision(60, 62, "1O", "10", Verdict::Type)]);
    let yes = &record["document"]["items"][0]["votes"][0]["yes"];
    assert_eq!(
        (&yes["value"], &yes["method"]),
        (&json!(10), &json!("reviewed"))
    );
    let Reviewed { record, .. } = applied(&[decision(60, 62, "1O", "tio", Verdict::Type)]);
    let yes = &record["document"]["items"][0]["votes"][0]["yes"];
    assert_eq!(yes["value"], 7);
    assert_eq!(record["warnings"][0]["code"], "evidence_changed");
    let message = record["warnings"][0]["message"]
        .as_str()
        .expect("a message");
    assert!(message.contains("items[0].votes[0].yes"), "{message}");
}

#[test]
fn a_field_is_set_at_its_place_wherever_it_stands_in_its_list() {
    let on_field = |field: &str, place: Option<Span>, to: &str| Decision {
        field: Some(field.to_owned()),
        place,
        from: None,
        ..decision(0, 0, "", to, Verdict::Type)
    };
    let place = |start, end| Some(Span { start, end });
    let decisions = [
        on_field("items[4].number", place(90, 91), "17 a"),
        on_field("meeting.place", None, "Stadshuset"),
        on_field("meeting.date", place(99, 100), "2021-01-01"),
    ];
    let Reviewed { record, unfit } = applied(&decisions);
    let item = &record["document"]["items"][0];
    assert_eq!(item["number"]["value"], "17 a");
    assert_eq!(item["number"]["method"], "reviewed");
    assert_eq!(item["id"], "ab:17a");
    assert_eq!(
        record["document"]["meeting"]["place"]["value"],
        "Stadshuset"
    );
    assert_eq!(unfit, [(2, Unfit::NoField)]);
}

#[test]
fn what_no_longer_fits_is_said_and_changes_nothing() {
    let Reviewed {
        record: after,
        unfit,
    } = applied(&[
        decision(0, 6, "Nuvjin", "Nujin", Verdict::Accept),
        decision(70, 76, "Nuyjin", "Nujin", Verdict::Accept),
        decision(4, 9, "in Al", "in Al", Verdict::Reject),
    ]);
    assert_eq!(after, record());
    assert_eq!(
        unfit,
        [
            (0, Unfit::OtherText),
            (1, Unfit::NoCorrection),
            (2, Unfit::NoCorrection)
        ]
    );
    // What should stay as it was read, and is not doubted any more, is as it was wanted.
    let Reviewed { unfit, .. } = applied(&[decision(70, 76, "Alabek", "Alabek", Verdict::Reject)]);
    assert!(unfit.is_empty());
}

#[test]
fn the_same_word_twice_is_mended_where_it_was_decided() {
    let mut record = record();
    record["text"] = json!("Nuyjin och Nuyjin kom.");
    record["corrections"][0]["source"][0] = json!({"page": 1, "line": 1, "start": 11, "end": 17});
    record["corrections"][0]["target"] = json!({"start": 11, "end": 17});
    record["document"]["items"][0]["text"]["value"] = json!("Nuyjin och Nuyjin kom.");
    let decision = decision(11, 17, "Nuyjin", "Nujin", Verdict::Accept);
    let Reviewed { record, .. } = apply(&record, &[(1, &decision)]);
    assert_eq!(record["text"], "Nuyjin och Nujin kom.");
    assert_eq!(
        record["document"]["items"][0]["text"]["value"],
        "Nuyjin och Nujin kom."
    );
}

/// A record of `words`, each fourth with a correction, all of it in one field.
fn long_record(words: &[String], applied: &[bool]) -> Value {
    let (mut text, mut corrections, mut fixed) = (String::new(), Vec::new(), applied.iter());
    for (i, word) in words.iter().enumerate() {
        let start = text.chars().count();
        text += word;
        let end = text.chars().count();
        text.push(if i % 7 == 6 { '\n' } else { ' ' });
        if let (0, Some(&applied)) = (i % 4, fixed.next()) {
            let (from, to) = (format!("{word}x"), format!("y{word}"));
            let (from, to) = if applied { (&from, word) } else { (word, &to) };
            corrections.push(json!({
                "from": from, "to": to, "kind": "spelling", "confidence": 0.5, "applied": applied,
                "source": [{"page": 1, "line": 1, "start": start, "end": end}], "target": {"start": start, "end": end}, "alternatives": [],
            }));
        }
    }
    let mut record = record();
    let value = text.replace('\n', " ");
    let end = text.chars().count();
    record["document"]["items"] = json!([{"id": "ab:1", "number": null, "text":
        {"value": value, "confidence": 0.5, "method": "read", "source": [{"page": 1, "line": 1, "start": 0, "end": end}]}}]);
    record["document"]["meeting"] = json!({});
    record["text"] = json!(text);
    record["corrections"] = json!(corrections);
    record
}

proptest::proptest! {
    /// Whatever is decided: every target holds what its correction says, the field reads as the text does, and
    /// the same decisions on what came of them change nothing more.
    #[test]
    fn text_targets_and_fields_stay_in_step(
        words in proptest::collection::vec("[a-dåäö]{1,3}", 1..40),
        applied in proptest::collection::vec(proptest::bool::ANY, 10),
        decided in proptest::collection::vec((0usize..10, 0u8..4, "[e-hÅ ]{0,5}"), 0..12),
    ) {
        let machine = long_record(&words, &applied);
        let corrections = list(&machine, "corrections").to_vec();
        let mut on: std::collections::BTreeMap<usize, Decision> = std::collections::BTreeMap::new();
        for (at, verdict, typed) in decided {
            let Some(correction) = corrections.get(at) else { continue };
            let text = |key: &str| correction[key].as_str().unwrap_or_default();
            let (start, end) = span(&correction["target"]).expect("a target");
            let (verdict, to) = match verdict {
                0 => (Verdict::Accept, text("to")),
                1 => (Verdict::Reject, text("from")),
                _ => (Verdict::Type, typed.trim()),
            };
            on.insert(at, decision(start, end, text("from"), to, verdict));
        }
        let numbered: Vec<(usize, &Decision)> = on.values().enumerate().collect();
        let Reviewed { record: after, unfit } = apply(&machine, &numbered);
        proptest::prop_assert!(unfit.is_empty());
        let text: Vec<char> = after["text"].as_str().expect("a text").chars().collect();
        for (i, correction) in list(&after, "corrections").iter().enumerate() {
            let (start, end) = span(&correction["target"]).expect("a target");
            let there: String = text[start as usize..end as usize].iter().collect();
            let said = if correction["applied"] == true { &correction["to"] } else { &correction["from"] };
            proptest::prop_assert_eq!(said.as_str(), Some(&*there));
            proptest::prop_assert_eq!(on.contains_key(&i), correction["method"] == "reviewed");
        }
        let field = &after["document"]["items"][0]["text"];
        let flowing: String = text.iter().map(|c| if *c == '\n' { ' ' } else { *c }).collect();
        proptest::prop_assert_eq!(field["value"].as_str(), Some(&*flowing));
        proptest::prop_assert_eq!(field["method"] == "reviewed", on.len() == corrections.len() && !on.is_empty());
        let Reviewed { record: again, .. } = apply(&after, &numbered);
        proptest::prop_assert_eq!(again["text"].as_str(), after["text"].as_str());
    }
}
