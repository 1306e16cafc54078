mod options;

use options::Cfg;

fn greet(cfg: &Cfg) -> String {
    format!("hello, {} ({})", cfg.name, cfg.times)
}

fn main() {
    let cfg = Cfg::standard();
    println!("{}", greet(&cfg));
}
