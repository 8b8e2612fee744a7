//! The components that pages are made of. One idea per file; what a colour means is decided in `style/main.css`.

pub mod badge;
pub mod button;
pub mod checkbox;
pub mod chip;
pub mod copy_button;
pub mod deferred;
pub mod dialog;
pub mod duration;
pub mod empty_state;
pub mod error_panel;
pub mod field;
pub mod filter;
pub mod heading;
pub mod icon;
pub mod key_value;
pub mod notice;
pub mod pagination;
pub mod popover;
pub mod progress;
pub mod section;
pub mod skeleton;
pub mod table;
pub mod tabs;
pub mod time;
pub mod title;
pub mod toast;
