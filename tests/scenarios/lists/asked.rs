//! What the caller asks of a list is honored or refused, also where a server ignores it.

use fake_gitlab::{Keyset, Settings};
use gitlab_jobs::Error;
use gitlab_jobs::types::Job;

use crate::flavour::{Flavour, for_both_clients, items, pages, send};
use crate::lists::{ids, project_with_jobs};
use crate::scene::{Scene, requests_of};

for_both_clients! {
    an_ascending_order_is_never_dropped,
    the_order_that_every_list_has_can_be_asked_for,
    only_jobs_of_the_ref_are_listed_by_a_server_that_ignores_it,
}

fn an_ascending_order_is_never_dropped(flavour: Flavour) {
    for keyset in [
        Keyset::Refused,
        Keyset::Invalid,
        Keyset::Ignored,
        Keyset::Cursor,
    ] {
        let (scene, _) = project_with_jobs(5);
        scene.gitlab.with(|state| state.settings.keyset = keyset);
        let client = scene.client(flavour);

        let mut list = items!(client, list_project_jobs(scene.project).sort("asc"));

        let error = list.next().unwrap().unwrap_err();
        let text = error.to_string();
        match keyset {
            Keyset::Ignored => assert!(text.contains("ignores"), "{text}"),
            _ => assert!(
                error
                    .status()
                    .is_some_and(|it| [400, 405].contains(&it.as_u16()))
            ),
        }
        assert!(list.next().is_none());
        assert_eq!(scene.gitlab.take_requests().len(), 1);

        // By offset, the server would ignore it.
        let project = scene.project;
        let single = send!(client, list_project_jobs(project).sort("asc")).map(drop);
        let by_number = items!(client, list_project_jobs(project).sort("asc").page(2));
        let at_once = items!(client, list_project_jobs(project).sort("asc")).concurrency(2);
        let first = |mut list: crate::flavour::Items<Job>| list.next().unwrap().map(drop);
        for refused in [single, first(by_number), first(at_once)] {
            let error: Error = refused.unwrap_err();
            assert!(error.is_invalid(), "{error}");
            assert!(error.to_string().contains("keyset"), "{error}");
        }
        assert!(scene.gitlab.requests().is_empty());
    }
}

fn the_order_that_every_list_has_can_be_asked_for(flavour: Flavour) {
    let (scene, expected) = project_with_jobs(5);
    scene
        .gitlab
        .with(|state| state.settings.keyset = Keyset::Refused);
    let client = scene.client(flavour);

    let list = items!(
        client,
        list_project_jobs(scene.project)
            .order_by("id")
            .sort("desc")
            .per_page(2)
    );

    assert_eq!(ids(list), expected);
    let fallback = &requests_of(&scene.gitlab, "list_project_jobs")[1];
    assert_eq!(fallback.query_values("sort"), ["desc"]);
    assert_eq!(fallback.query_values("pagination"), [""; 0]);
    send!(client, list_project_jobs(scene.project).sort("desc")).unwrap();
}

fn only_jobs_of_the_ref_are_listed_by_a_server_that_ignores_it(flavour: Flavour) {
    let scene = Scene::with_job("running");
    let expected = scene.gitlab.with(|state| {
        state.settings = Settings::older_server();
        let mut expected = Vec::new();
        for number in 0..12 {
            let on_release = number % 3 == 0;
            let job = state.add_job(scene.pipeline, &format!("job {number}"));
            job.set_ref(if on_release { "release" } else { "main" });
            if on_release {
                expected.insert(0, job.id());
            }
        }
        expected
    });
    let client = scene.client(flavour);
    let project = scene.project;

    for name in ["release", "refs/heads/release"] {
        let list = items!(
            client,
            list_project_jobs(project).ref_(name.to_owned()).per_page(5)
        );
        assert_eq!(ids(list), expected);
        let pages = pages!(
            client,
            list_project_jobs(project).ref_(name.to_owned()).per_page(5)
        );
        let listed = pages.flat_map(|page| page.unwrap().into_inner());
        assert_eq!(listed.map(|job| job.id).collect::<Vec<_>>(), expected);
        let page = send!(client, list_project_jobs(project).ref_(name.to_owned())).unwrap();
        assert_eq!(page.iter().map(|job| job.id).collect::<Vec<_>>(), expected);
    }

    // The position within a filtered page is that of a resumed one.
    let list = || {
        items!(
            client,
            list_project_jobs(project)
                .ref_("release".to_owned())
                .per_page(5)
        )
    };
    let mut first = list();
    let mut listed = ids(first.by_ref().take(1));
    listed.extend(ids(list().resume(first.cursor().unwrap())));
    assert_eq!(listed, expected);

    let all = items!(
        client,
        list_project_jobs(project)
            .ref_("release".to_owned())
            .ref_(None::<String>)
    );
    assert_eq!(ids(all).len(), 13);
}
