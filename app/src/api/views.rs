//! Saved views of the hub: saving, changing and removing the viewer's own, and for owners removing what others share. What there is comes with [`super::hub::load_hub`].

use leptos::prelude::*;

use super::ApiResult;

/// Saves a filter under a name. `query` is the hub's query string; a cursor in it is left out. The
/// same form sent twice makes one view.
#[server(name = SaveView, prefix = "/_fn", endpoint = "save_view")]
pub async fn save_view(
    #[server(default)] name: String,
    #[server(default)] query: String,
    #[server(default)] shared: String,
) -> ApiResult<()> {
    super::guard::with_status(ssr::save(&name, &query, &shared).await)
}

/// Renames one of the viewer's own views, and shares it with the workspace (`shared` not empty) or takes it back.
#[server(name = ChangeView, prefix = "/_fn", endpoint = "change_view")]
pub async fn change_view(
    id: String,
    #[server(default)] name: String,
    #[server(default)] shared: String,
) -> ApiResult<()> {
    super::guard::with_status(ssr::change(&id, &name, &shared).await)
}

/// Removes one of the viewer's own views; owners of the workspace remove shared ones of others as well.
#[server(name = DeleteView, prefix = "/_fn", endpoint = "delete_view")]
pub async fn delete_view(id: String) -> ApiResult<()> {
    super::guard::with_status(ssr::delete(&id).await)
}

#[cfg(feature = "ssr")]
mod ssr {
    use domain::filter::HubQuery;
    use domain::id::ViewId;
    use domain::name::Name;
    use ledger::hub::saved_views::{self, MOST, MOST_SHARED_CHANGES, NewView, QUERY_MAX, Saved};
    use ledger::people;

    use crate::api::ApiResult;
    use crate::api::guard::{self, log_and_convert};
    use crate::copy::hub::views as words;
    use crate::error::AppError;
    use crate::url;

    fn invalid(field: &str, message: String) -> AppError {
        AppError::Invalid {
            field: field.to_owned(),
            message,
        }
    }

    fn named(typed: &str) -> ApiResult<Name> {
        Name::new(typed).map_err(|bad| invalid("name", words::bad_name(bad)))
    }

    fn done(saved: Saved, name: &str) -> ApiResult<()> {
        match saved {
            Saved::Done => Ok(()),
            Saved::NameTaken => Err(invalid("name", words::name_taken(name))),
            Saved::TooMany => Err(invalid("name", words::too_many(MOST))),
            Saved::TooOften => Err(invalid("name", words::too_often(MOST_SHARED_CHANGES))),
            Saved::NotFound => Err(AppError::NotFound),
        }
    }

    pub(super) async fn save(name: &str, query: &str, shared: &str) -> ApiResult<()> {
        let (ledger, _, access) = guard::selected_workspace().await?;
        let name = named(name)?;
        let filter = HubQuery::parse(query).filter;
        let mut tx = access.scope().begin(&ledger).await.map_err(log_and_convert)?;
        let filter = people::mask_unknown_values(&mut tx, &access, &filter)
            .await
            .map_err(log_and_convert)?;
        drop(tx);
        if !filter.errors().is_empty() {
            return Err(invalid("query", words::UNKNOWN_VALUES.to_owned()));
        }
        let query = url::query(filter.to_query());
        if query.chars().count() > QUERY_MAX {
            return Err(invalid("query", words::TOO_LONG.to_owned()));
        }
        let view = NewView {
            name: &name,
            filter: &filter,
            query: &query,
            shared: !shared.is_empty(),
        };
        let saved = saved_views::create(&ledger, &access, &view)
            .await
            .map_err(log_and_convert)?;
        done(saved, name.as_str())
    }

    pub(super) async fn change(id: &str, name: &str, shared: &str) -> ApiResult<()> {
        let (ledger, _, access) = guard::selected_workspace().await?;
        let id: ViewId = id.parse().map_err(|_| AppError::NotFound)?;
        let name = named(name)?;
        let changed = saved_views::change(&ledger, &access, id, &name, !shared.is_empty())
            .await
            .map_err(log_and_convert)?;
        done(changed, name.as_str())
    }

    pub(super) async fn delete(id: &str) -> ApiResult<()> {
        let (ledger, _, access) = guard::selected_workspace().await?;
        let id: ViewId = id.parse().map_err(|_| AppError::NotFound)?;
        let deleted = saved_views::delete(&ledger, &access, id)
            .await
            .map_err(log_and_convert)?;
        done(deleted, "")
    }
}
