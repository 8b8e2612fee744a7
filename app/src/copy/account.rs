//! Signing in and out, and what belongs to the person.

/// The sign-in page, and its button.
pub const SIGN_IN: &str = "Sign in";
pub const SIGN_IN_TEXT: &str = "Operations for Microsoft 365 and Intune tenants.";
/// The field for the address.
pub const EMAIL: &str = "Email";
/// The field for the password.
pub const PASSWORD: &str = "Password";
/// While a form is being kept.
pub const FORM_KEPT: &str =
    "The form you were filling in is kept. Sign in as the same person and it comes back; nothing was sent.";
pub const SIGN_OUT: &str = "Sign out";
/// Ends every session of the person.
pub const SIGN_OUT_EVERYWHERE: &str = "Sign out everywhere";
/// The folded part of the account.
pub const ACCOUNT: &str = "Account";
pub const THEME: &str = "Theme";
/// The legend of the switch of how high rows are.
pub const DENSITY: &str = "Rows of tables";
/// The page of somebody who belongs to no workspace.
pub const NO_ACCESS: &str = "No access yet";
/// What to do about it.
pub const NO_ACCESS_TEXT: &str =
    "You are signed in, but you are not a member of any workspace. Ask an owner of your workspace to add you.";

/// Why signing in did not work, from the page's `error` and `retry`.
pub fn sign_in_error(error: &str, retry: &str) -> Option<String> {
    let retry: Option<u32> = retry.parse().ok();
    Some(match (error, retry) {
        ("invalid", _) => "Email or password is not right. Check both and try again.".to_owned(),
        ("throttled", Some(seconds)) => format!("Too many attempts. Try again in {}.", wait(seconds)),
        ("throttled", None) => "Too many attempts. Try again in a few minutes.".to_owned(),
        ("expired", _) => "Your session has ended. Sign in again to go on where you were.".to_owned(),
        ("unavailable", Some(seconds)) => {
            format!(
                "Signing in is not possible at the moment. Try again in {}.",
                wait(seconds)
            )
        }
        ("unavailable", None) => "Signing in is not possible at the moment. Try again shortly.".to_owned(),
        ("", _) => return None,
        _ => "Signing in did not work. Try again.".to_owned(),
    })
}

fn wait(seconds: u32) -> String {
    match seconds {
        1 => "1 second".to_owned(),
        0..120 => format!("{seconds} seconds"),
        _ => format!("{} minutes", seconds.div_ceil(60)),
    }
}
