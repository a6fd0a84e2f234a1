//! Decoding of GitLab's times.
//!
//! Nearly all have the form `2015-12-24T15:51:21.802Z`, or, in commits, the same with an offset, `…802+01:00`. A list
//! has several per job. Parsing this form by position makes decoding a page markedly faster. Other forms are parsed by
//! chrono.

use std::fmt;

use chrono::{DateTime, NaiveDate, TimeDelta, Utc};
use serde::de::{Error, Visitor};
use serde::{Deserialize, Deserializer};

/// Decodes a time. For `#[serde(deserialize_with)]`.
pub(crate) fn deserialize<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<DateTime<Utc>, D::Error> {
    Timestamp::deserialize(deserializer).map(|time| time.0)
}

/// Decodes a time that may be null. For `#[serde(default, deserialize_with)]`.
pub(crate) fn deserialize_option<'de, D: Deserializer<'de>>(
    deserializer: D,
) -> Result<Option<DateTime<Utc>>, D::Error> {
    Option::deserialize(deserializer).map(|time| time.map(|Timestamp(time)| time))
}

struct Timestamp(DateTime<Utc>);

impl<'de> Deserialize<'de> for Timestamp {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_str(Text).map(Self)
    }
}

struct Text;

impl Visitor<'_> for Text {
    type Value = DateTime<Utc>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an RFC 3339 time")
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

/// Reads `2015-12-24T15:51:21.802Z` or `2015-12-24T16:51:21.802+01:00`, and nothing else.
fn usual_form(text: &[u8]) -> Option<DateTime<Utc>> {
    let ([y1, y2, y3, y4, b'-', m1, m2, b'-', d1, d2, b'T', time @ ..], zone) =
        text.split_at_checked(23)?
    else {
        return None;
    };
    let [h1, h2, b':', n1, n2, b':', s1, s2, b'.', f1, f2, f3] = time else {
        return None;
    };
    let date = NaiveDate::from_ymd_opt(
        i32::try_from(number(&[*y1, *y2, *y3, *y4])?).ok()?,
        number(&[*m1, *m2])?,
        number(&[*d1, *d2])?,
    )?;
    let time = date.and_hms_milli_opt(
        number(&[*h1, *h2])?,
        number(&[*n1, *n2])?,
        number(&[*s1, *s2])?,
        number(&[*f1, *f2, *f3])?,
    )?;
    match zone {
        b"Z" => Some(time.and_utc()),
        [sign @ (b'+' | b'-'), h1, h2, b':', n1, n2] => {
            let (hours, minutes) = (number(&[*h1, *h2])?, number(&[*n1, *n2])?);
            let offset = TimeDelta::minutes(i64::from(hours * 60 + minutes));
            let offset = if *sign == b'+' { -offset } else { offset };
            let usual = hours < 24 && minutes < 60;
            time.and_utc().checked_add_signed(offset).filter(|_| usual)
        }
        _ => None,
    }
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
    fn the_usual_form_is_read_as_by_chrono() {
        for text in [
            "2015-12-24T15:51:21.802Z",
            "2024-02-29T00:00:00.000Z",
            "0000-01-01T23:59:59.999Z",
            "2015-12-24T16:51:14.000+01:00",
            "0000-01-01T00:00:00.000+23:59",
            "9999-12-31T23:59:59.999-23:59",
            "2024-02-29T23:30:00.000-00:30",
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
            "2015-12-24T15:51:21Z",
            "2015-12-24T15:51:21.802123Z",
            "2015-13-24T15:51:21.802Z",
            "2023-02-29T00:00:00.000Z",
            "2015-12-24T15:51:60.802Z",
            "2015-12-24T15:51:21.802+24:00",
            "2015-12-24T15:51:21.802+00:60",
            "2015-12-24T15:51:21.802+0100",
            "2015-12-24T15:51:21.802+01:00Z",
            "2015-12-24T15:51:21.802z",
            "+015-12-24T15:51:21.802Z",
            "",
        ] {
            assert_eq!(usual_form(text.as_bytes()), None, "{text}");
        }
    }

    #[test]
    fn any_time_is_decoded_and_anything_else_is_an_error() {
        let read = |text: &str| deserialize(&mut serde_json::Deserializer::from_str(text));
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
