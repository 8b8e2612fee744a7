//! The words of filters, whatever list they are over.

/// The button that shows the fields in a narrow window.
pub const FIELDS: &str = "Filters";
/// The form's button.
pub const APPLY: &str = "Apply";
/// Turns the choices of a field into what is left out.
pub const IS_NOT: &str = "Is not";
/// A field without anything to choose from.
pub const NO_CHOICES: &str = "Nothing to choose from";
/// The list of active filters.
pub const ACTIVE: &str = "Active filters";
/// Removes all filters.
pub const CLEAR: &str = "Clear all";
/// All of the address is an error.
pub const TOO_LONG: &str =
    "This address is longer than any filter can be, so none of it was applied and nothing is listed";

/// How much of a field is chosen, beside its name.
pub fn chosen(not: bool, count: usize) -> String {
    if not { format!("not {count}") } else { count.to_string() }
}

/// A removable chip.
pub fn chip(field: &str, not: bool, values: &str) -> String {
    if not {
        format!("{field}: not {values}")
    } else {
        format!("{field}: {values}")
    }
}

/// A value of a field that nobody knows, or what stands for several of them.
pub fn unknown_value(field: &str, value: &str) -> String {
    match domain::filter::left_out(value) {
        Some(1) => format!("{field}: 1 more value was left out"),
        Some(more) => format!("{field}: {more} more values were left out"),
        None => format!("{field}: “{value}” is not known"),
    }
}

/// Further errors of a filter.
pub fn more_unknown(more: usize) -> String {
    match more {
        1 => "1 more value is not known".to_owned(),
        more => format!("{more} more values are not known"),
    }
}
