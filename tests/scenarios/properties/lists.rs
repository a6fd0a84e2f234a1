//! Any way to read a list.

use std::sync::LazyLock;

use fake_gitlab::{Job, Keyset};
use gitlab_jobs::Cursor;
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;

use super::{Bench, cases};
use crate::flavour::items;
use crate::lists::ids;

static LISTS: LazyLock<Bench> = LazyLock::new(Bench::new);

proptest! {
    #![proptest_config(cases(100))]

    #[test]
    fn any_way_to_read_a_list_returns_each_entry_once(
        count in 0..40_u64,
        per_page in 1..9_u32,
        keyset in select(vec![
            Keyset::Cursor, Keyset::IdBefore, Keyset::Refused, Keyset::Invalid, Keyset::Ignored,
        ]),
        short_pages in proptest::option::of(1..5_usize),
        relative_links: bool,
        split_links: bool,
        // How many entries are read before the program is restarted with its cursor.
        taken in vec((0..15_usize, any::<bool>(), 1..4_usize), 0..4),
        blocking: bool,
    ) {
        let gitlab = LISTS.gitlab();
        let (project, expected) = gitlab.with(|state| {
            state.settings.keyset = keyset;
            state.settings.short_pages = short_pages;
            state.settings.relative_links = relative_links;
            state.settings.split_links = split_links;
            let project = state.add_project("group/list");
            if count > 0 {
                state.seed_jobs(project, count);
            }
            let ids = state.jobs(project).map(Job::id).collect::<Vec<_>>();
            (project, ids)
        });
        let client = LISTS.client(blocking);
        let list = || items!(client, list_project_jobs(project).per_page(per_page));

        let (mut listed, mut cursor) = (Vec::new(), None::<Cursor>);
        for (taken, prefetch, concurrency) in taken {
            let mut list = list().prefetch(prefetch);
            if let Some(cursor) = cursor.take() {
                list = list.resume(cursor);
                // Keyset pages can only be requested one by one, and the first list may have used them.
            } else {
                list = list.concurrency(concurrency);
            }
            listed.extend(ids(list.by_ref().take(taken)));
            prop_assert_eq!(&listed, &expected[..listed.len()]);
            cursor = list.cursor().map(|cursor| cursor.to_string().parse().unwrap());
            if cursor.is_none() && !listed.is_empty() {
                // That was the last entry.
                break;
            }
        }
        match cursor {
            Some(cursor) => listed.extend(ids(list().resume(cursor))),
            None if listed.is_empty() => listed.extend(ids(list())),
            None => {}
        }
        gitlab.with(|state| expected.iter().for_each(|job| state.remove_job(*job)));
        prop_assert_eq!(listed, expected);
    }
}
