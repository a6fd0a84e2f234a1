//! Times as GitLab writes them.
//!
//! Nearly all have one form, `2015-12-24T15:51:21.802Z`, and a list has several for each job. Reading that form by its
//! positions makes the decode of a page markedly faster; any other form is left to chrono.

use std::fmt;

use chrono::{DateTime, NaiveDate, Utc};
use serde::Deserializer;
use serde::de::{Error, Visitor};

/// Decodes a time.
pub(crate) fn decode<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<DateTime<Utc>, D::Error> {
    deserializer.deserialize_str(Timestamp)
}

struct Timestamp;

impl Visitor<'_> for Timestamp {
    type Value = DateTime<Utc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a time by RFC 3339")
    }

    fn visit_str<E: Error>(self, text: &str) -> Result<Self::Value, E> {
        match usual_form(text.as_bytes()) {
            Some(time) => Ok(time),
            None => text
                .parse()
                .map_err(|error| E::custom(format_args!("{error}: {text:?}"))),
        }
    }
}

/// Reads `2015-12-24T15:51:21.802Z`, and nothing else.
fn usual_form(text: &[u8]) -> Option<DateTime<Utc>> {
    let [
        y1,
        y2,
        y3,
        y4,
        b'-',
        m1,
        m2,
        b'-',
        d1,
        d2,
        b'T',
        h1,
        h2,
        b':',
        n1,
        n2,
        b':',
        s1,
        s2,
        b'.',
        f1,
        f2,
        f3,
        b'Z',
    ] = text
    else {
        return None;
    };
    let year = number(&[*y1, *y2, *y3, *y4])?;
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(year).ok()?,
        number(&[*m1, *m2])?,
        number(&[*d1, *d2])?,
    )?;
    let (hour, minute, second) = (
        number(&[*h1, *h2])?,
        number(&[*n1, *n2])?,
        number(&[*s1, *s2])?,
    );
    let time = date.and_hms_milli_opt(hour, minute, second, number(&[*f1, *f2, *f3])?)?;
    Some(time.and_utc())
}

fn number(digits: &[u8]) -> Option<u32> {
    digits.iter().try_fold(0, |number, digit| {
        digit
            .is_ascii_digit()
            .then(|| number * 10 + u32::from(digit - b'0'))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_usual_form_is_what_chrono_makes_of_it() {
        for text in [
            "2015-12-24T15:51:21.802Z",
            "2024-02-29T00:00:00.000Z",
            "0000-01-01T23:59:59.999Z",
        ] {
            assert_eq!(
                usual_form(text.as_bytes()),
                Some(text.parse().unwrap()),
                "{text}"
            );
        }
    }

    #[test]
    fn any_other_form_is_left_to_chrono() {
        for text in [
            "2015-12-24T16:51:14.000+01:00",
            "2015-12-24T15:51:21Z",
            "2015-12-24T15:51:21.802123Z",
            "2015-13-24T15:51:21.802Z",
            "2023-02-29T00:00:00.000Z",
            "2015-12-24T15:51:60.802Z",
            "+015-12-24T15:51:21.802Z",
            "",
        ] {
            assert_eq!(usual_form(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn any_time_is_decoded_and_anything_else_is_told() {
        let read = |text: &str| decode(&mut serde_json::Deserializer::from_str(text));
        for (text, time) in [
            (r#""2015-12-24T15:51:14.000Z""#, "2015-12-24T15:51:14+00:00"),
            (
                r#""2015-12-24T16:51:14+01:00""#,
                "2015-12-24T15:51:14+00:00",
            ),
        ] {
            assert_eq!(read(text).unwrap().to_rfc3339(), time);
        }
        let error = read(r#""soon""#).unwrap_err().to_string();
        assert!(error.contains("soon"), "{error}");
    }
}
