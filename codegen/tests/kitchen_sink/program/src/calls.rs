//! The calls, which are the same with both crates.

macro_rules! all {
    ($client:ident, $wait:ident, $items:ident, $read:ident) => {
        use gitlab_jobs::chrono::{DateTime, NaiveDate, Utc};
        use gitlab_jobs::types::{SinkChange, SinkColor, SinkEcho, SinkInner, SinkNullable, SinkObject, SinkTree};
        use serde_json::{Value, json};

        let at: DateTime<Utc> = "2015-12-24T16:51:21.802+01:00".parse().unwrap();
        let day: NaiveDate = "2015-12-24".parse().unwrap();
        let uuid = "00000000-0000-0000-0000-000000000001";
        let large = 6_747_393_391;
        let query = |echo: &SinkEcho| {
            let pairs = echo.query.iter().map(|pair| format!("{}={}", pair[0], pair[1]));
            pairs.collect::<Vec<_>>()
        };

        // Arguments are in the order of the path. Without setters there is no query.
        let values = || $client.echo_values(1, large, 0.1, 1.5, true, at, day, uuid, SinkColor::DarkBlue, "a/b");
        let path = "/sink/1/6747393391/0.1/1.5/true/2015-12-24T15%3A51%3A21.802Z/2015-12-24/\
                    00000000-0000-0000-0000-000000000001/dark%20blue/a%2Fb";
        let echo: SinkEcho = $wait!(values()).into_inner();
        assert_eq!((&*echo.method, &*echo.path, &echo.query), ("GET", path, &Vec::new()));

        let call = values().q_small(1).q_large(large).q_ratio(0.1).q_factor(1.5).q_flag(false).q_at(at).q_day(day);
        let call = call.q_uuid(uuid).q_color("mauve").q_password("secret").match_("a&b").filter_camel_case("=");
        let call = call.texts(["a", "b c"]).numbers(vec![1, large]).ratios(0.5).flags([true, false]).times(at);
        let echo = $wait!(call.days([day]).colors([SinkColor::Red, SinkColor::Unspecified]));
        assert_eq!(
            query(&echo),
            [
                "q_small=1", "q_large=6747393391", "q_ratio=0.1", "q_factor=1.5", "q_flag=false",
                "q_at=2015-12-24T15:51:21.802Z", "q_day=2015-12-24", "q_uuid=00000000-0000-0000-0000-000000000001",
                "q_color=mauve", "q_password=secret", "match=a&b", "filter[camelCase]==", "texts[]=a", "texts[]=b c",
                "numbers[]=1", "numbers[]=6747393391", "ratios=0.5", "flags=true", "flags=false",
                "times=2015-12-24T15:51:21.802Z", "days=2015-12-24", "colors[]=red", "colors[]=unknown",
            ]
        );
        let call = values().q_small(Some(1)).q_at(None).q_color(None::<SinkColor>).match_(None::<&str>);
        assert_eq!(query(&$wait!(call.texts(None::<&str>))), ["q_small=1"]);

        // Required parameters of the query are arguments too, in the order of the spec.
        let colors = vec![SinkColor::Green, SinkColor::V3];
        let found: Vec<SinkEcho> =
            $wait!($client.search_sink(1, large, 0.1, true, at, day, "é", "red", ["a", "b"], [1, 2], [day], colors)).into_inner();
        assert_eq!(
            query(&found[0]),
            [
                "small=1", "large=6747393391", "ratio=0.1", "flag=true", "at=2015-12-24T15:51:21.802Z", "day=2015-12-24",
                "text=é", "color=red", "texts[]=a", "texts[]=b", "numbers[]=1", "numbers[]=2", "days[]=2015-12-24",
                "colors[]=green", "colors[]=v3",
            ]
        );

        // Lists: of enums, and with offset pagination.
        let colors: Vec<SinkColor> = $wait!($client.list_sink_colors()).into_inner();
        assert_eq!(colors, [SinkColor::Red, SinkColor::DarkBlue, SinkColor::from("mauve")]);
        assert!(matches!(colors[2], SinkColor::Unknown(_)));

        let pages: Vec<SinkEcho> = $items!($client.list_sink_pages().per_page(1));
        let pages: Vec<_> = pages.iter().map(query).collect();
        assert_eq!(pages.len(), 3);
        assert!(pages[0].contains(&"per_page=1".to_owned()) && pages[2].contains(&"page=3".to_owned()), "{pages:?}");

        // A required body is an argument, and is returned unchanged.
        let full = json!({
            "small": 1, "large": large, "ratio": 0.5, "factor": 1.5, "flag": true, "at": "2015-12-24T15:51:21.802Z",
            "day": "2015-12-24", "uuid": uuid, "color": "dark blue", "text": "t", "anything": [1, null, {}],
            "inner": {
                "type": "t", "self": "s", "webUrl": "w", "created-at": "2015-12-24T15:51:21Z",
                "matrix": [[1.0, 2.5], []], "gaps": [1, null], "colors": ["red", "mauve"], "days": ["2015-12-24"],
                "times": ["2015-12-24T15:51:21Z"], "people": [{ "name": "a" }, null],
            },
            "list": [{ "type": "a" }, {}], "map": { "a": [1] }, "secret": "s3cret",
            "optional": {
                "small": 1, "large": large, "ratio": 0.5, "factor": 1.5, "flag": false, "at": "2015-12-24T15:51:21Z",
                "day": "2015-12-24", "uuid": uuid, "text": "t", "secret": "s", "list": ["a"], "map": { "a": null },
                "color": "red", "inner": { "self": "s" },
            },
            "tree": {
                "name": "a", "left": { "name": "b" }, "right": { "name": "c", "children": [{ "name": "d" }] },
                "children": [{ "name": "e" }],
            },
        });
        let object: SinkObject = serde_json::from_value(full.clone()).unwrap();
        assert_eq!(object.inner.created_at.unwrap().to_rfc3339(), "2015-12-24T15:51:21+00:00");
        assert_eq!(object.inner.gaps, [Some(1), None]);
        assert!(!format!("{object:?}").contains("s3cret"));
        let response = $wait!($client.replace_sink("group/project", 1, object.clone()).dry_run(true));
        assert_eq!(*response, object);
        assert_eq!(serde_json::to_value(&*response).unwrap(), full);
        let echo: Value = serde_json::from_slice(response.headers()["x-echo"].as_bytes()).unwrap();
        assert_eq!(
            echo,
            json!({
                "method": "PUT", "path": "/projects/group%2Fproject/sink/1", "query": [["dry_run", "true"]], "body": full,
            })
        );

        // Nullable properties read null like an absent value.
        let keys = full["optional"].as_object().unwrap().keys();
        let nulls: Value = keys.map(|key| (key.clone(), Value::Null)).collect();
        let nullable: SinkNullable = serde_json::from_value(nulls).unwrap();
        assert_eq!(nullable, SinkNullable::default());
        assert_eq!(serde_json::to_value(&nullable).unwrap(), json!({}));

        // A body without required properties has a setter, and is sent only if something is set.
        let echo: SinkEcho = $wait!($client.change_sink(42, 1)).into_inner();
        assert_eq!((&*echo.method, &*echo.path, echo.body), ("PATCH", "/projects/42/sink/1", None));
        let mut tree = SinkTree::default();
        tree.children.push(SinkTree::default());
        let mut inner = SinkInner::default();
        inner.people.push(Some(tree));
        let mut change = SinkChange::default();
        change.color = Some(SinkColor::Green);
        change.inner = Some(inner);
        let echo = $wait!($client.change_sink(42, 1).body(change));
        let people = json!([{ "name": "", "children": [{ "name": "" }] }]);
        assert_eq!(echo.body, Some(json!({ "color": "green", "inner": { "people": people } })));

        // No body in the response.
        for (response, method) in [
            ($wait!($client.delete_sink(42, 1)), "DELETE"),
            ($wait!($client.probe_sink(42, 1)), "HEAD"),
        ] {
            let echo: SinkEcho = serde_json::from_slice(response.headers()["x-echo"].as_bytes()).unwrap();
            assert_eq!((&*echo.method, &*echo.path), (method, "/projects/42/sink/1"));
            let () = response.into_inner();
        }

        // A streamed body.
        let mut download = $wait!($client.get_sink_archive(42, 1)).into_inner();
        assert_eq!(download.content_length(), Some(256));
        let mut bytes = Vec::new();
        $read!(download, &mut bytes);
        assert_eq!(bytes, (0..=255).collect::<Vec<u8>>());
    };
}

pub(crate) use all;
