//! The `klartext` program.

fn main() {
    let args: Vec<String> = std::env::args().collect();
    let inputs = klartext::train::Inputs {
        dir: args[1].clone().into(),
        bigram_threshold: args[3].parse().unwrap(),
        trigram_threshold: args[4].parse().unwrap(),
    };
    let t = std::time::Instant::now();
    let bytes = klartext::train::build(&inputs, |m| {
        eprintln!("{:6.1} {m}", t.elapsed().as_secs_f32())
    })
    .unwrap();
    std::fs::write(&args[2], bytes).unwrap();
}
