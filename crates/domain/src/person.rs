//! What is shown of people in records.

/// The name of somebody who was erased: records keep that a person did it, and not who.
pub const FORMER_USER: &str = "A former user";

/// The name to show of whoever an actor's id stands for; `None` once the person was erased.
pub fn shown(name: Option<String>) -> String {
    name.unwrap_or_else(|| FORMER_USER.to_owned())
}
