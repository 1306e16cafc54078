//! How the greeter is set.

/// What can be set.
pub struct Cfg {
    pub name: String,
    pub times: u32,
}

impl Cfg {
    pub fn standard() -> Cfg {
        Cfg { name: "world".to_owned(), times: 2 }
    }
}
