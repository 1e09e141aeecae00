//! `klartext stream`: a line for a line.

use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, ChildStdout, Stdio};

use serde_json::{Value, json};

use crate::support::{Place, document, lines, name, said};

fn streamed(place: &Place, args: &[&str], input: &str) -> std::process::Output {
    place.write("requests", input.as_bytes());
    let requests = std::fs::File::open(place.path().join("requests")).expect("there");
    let args = [&["stream"], args].concat();
    place
        .command(&args)
        .stdin(requests)
        .output()
        .expect("the program starts")
}

#[test]
fn records_are_those_of_convert_in_order() {
    let place = Place::with_documents(40);
    place.write(name(0), document(0).repeat(100).as_bytes());
    let names: Vec<String> = (0..40).map(name).collect();
    place.write("list", names.join("\n").as_bytes());
    let converted = place.run(&["convert", "--files-from", "list"]).stdout;
    let by_path: String = names
        .iter()
        .map(|name| format!("{}\n", json!({"path": name})))
        .collect();
    let output = streamed(&place, &["-j", "3"], &by_path);
    assert_eq!(output.status.code(), Some(0), "{}", said(&output));
    assert!(output.stdout == converted);
    let text =
        |number: usize| std::fs::read_to_string(place.path().join(name(number))).expect("there");
    let by_text: String = (0..40)
        .map(|number| {
            format!(
                "{}\n",
                json!({"path": names[number], "text": text(number), "other": [1]})
            )
        })
        .collect();
    assert!(streamed(&place, &[], &by_text).stdout == converted);
    let unordered = streamed(&place, &["-j", "3", "--unordered"], &by_text).stdout;
    assert!(unordered != converted && unordered.len() == converted.len());
}

#[test]
fn bad_lines_are_answered_in_their_place() {
    let place = Place::new();
    let requests = "{\"id\": 1, \"text\": \"Beslut\"}\n\n{\"id\": [\"x\"]}\nnonsense\n{\"id\": 5, \"text\": 7}\n{\"id\": 6, \"path\": \"gone\"}\n{\"text\": \"Beslut\"}";
    let output = streamed(&place, &["--plain"], requests);
    assert_eq!(output.status.code(), Some(1));
    let answers = lines(&output);
    assert_eq!(answers.len(), 7);
    assert_eq!(answers[0]["source"]["id"], 1);
    assert_eq!(answers[0]["source"]["path"], "-");
    let refused = |line: usize, id: Value, kind: &str| {
        let answer = &answers[line - 1];
        assert_eq!(
            (&answer["id"], &answer["line"], &answer["error"]["kind"]),
            (&id, &json!(line), &json!(kind))
        );
    };
    refused(2, Value::Null, "bad_request");
    refused(3, json!(["x"]), "bad_request");
    refused(4, Value::Null, "bad_request");
    refused(5, json!(5), "bad_request");
    refused(6, json!(6), "not_found");
    assert!(answers[6].get("error").is_none() && answers[6]["source"].get("id").is_none());
}

/// A stream that was started, what it is asked by and what it answers by.
fn conversation(place: &Place) -> (Child, ChildStdin, BufReader<ChildStdout>) {
    let mut child = place
        .command(&["stream"])
        .stdin(Stdio::piped())
        .spawn()
        .expect("the program starts");
    let questions = child.stdin.take().expect("piped");
    let answers = BufReader::new(child.stdout.take().expect("piped"));
    (child, questions, answers)
}

#[test]
fn an_answer_comes_before_the_next_question() {
    let place = Place::new();
    let (mut child, mut input, mut output) = conversation(&place);
    for number in 0..5 {
        writeln!(input, "{}", json!({"id": number, "text": "Beslut"})).expect("written");
        input.flush().expect("flushed");
        let mut line = String::new();
        output.read_line(&mut line).expect("an answer");
        let answer: Value = serde_json::from_str(&line).expect("JSON");
        assert_eq!(answer["source"]["id"], number);
    }
    drop(input);
    assert!(child.wait().expect("it ends").success());
}

#[cfg(unix)]
#[test]
fn one_that_waits_for_a_question_can_be_ended() {
    let place = Place::new();
    let (mut child, mut questions, mut answers) = conversation(&place);
    questions
        .write_all(b"{\"text\": \"Beslut\"}\n{\"text\": \"half a quest")
        .expect("taken");
    let mut answer = String::new();
    answers.read_line(&mut answer).expect("answered");
    let sent = std::process::Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(sent.expect("kill is there").success());
    let mut rest = String::new();
    std::io::Read::read_to_string(&mut answers, &mut rest).expect("ended");
    assert_eq!(rest, "", "half a question was answered");
    assert_eq!(child.wait().expect("it ends").code(), Some(130));
    drop(questions);
}
