//! Content blocks to what the engine is asked: the words, and what is put beside them.

use agent_client_protocol_schema::v1::{
    ContentBlock, EmbeddedResourceResource, ImageContent, Meta, ResourceLink, TextResourceContents,
};
use base::{Attachment, Image, Uri};
use engine::ContextChoices;
use serde::Deserialize;

use crate::meta;

/// Bytes of text of one prompt. More is no prompt but a file, which the model reads piece by piece.
pub const MOST_TEXT: usize = 1 << 20;
/// Bytes of a picture's base64; vendors take a few MiB.
pub const MOST_IMAGE: usize = 12 << 20;
/// The kinds of pictures that every vendor takes.
pub const IMAGE_KINDS: [&str; 4] = ["image/png", "image/jpeg", "image/gif", "image/webp"];

/// What a user said.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Words {
    pub text: String,
    pub attachments: Vec<Attachment>,
}

/// Why a prompt cannot be taken; nothing of it was.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum PromptError {
    #[error("the prompt holds nothing; say something")]
    Empty,
    #[error(
        "the prompt is {size} KiB of text, and {most} at most are taken; name the files instead of putting them in",
        size = .0 >> 10, most = MOST_TEXT >> 10
    )]
    TooLong(usize),
    #[error("pictures of the kind `{0}` are not taken; {kinds} are", kinds = IMAGE_KINDS.join(", "))]
    ImageKind(String),
    #[error("a picture is {size} KiB, and {most} at most are taken; make it smaller", size = .0 >> 10, most = MOST_IMAGE >> 10)]
    ImageSize(usize),
    #[error("a picture's data is not base64")]
    ImageData,
    #[error("`{0}` cannot be attached: {1}")]
    Link(String, String),
    #[error("sound is not taken; write the words")]
    Audio,
    #[error("`{0}` holds bytes and no text; pictures are taken as pictures")]
    Blob(String),
    #[error("a content block of this kind is not known here")]
    Unknown,
}

impl PromptError {
    /// A stable word for programs.
    #[must_use]
    pub fn cause(&self) -> &'static str {
        match self {
            Self::Empty => "no-prompt",
            Self::TooLong(_) => "prompt-too-long",
            Self::ImageKind(_) => "image-kind",
            Self::ImageSize(_) => "image-size",
            Self::ImageData => "image-data",
            Self::Link(..) => "link",
            Self::Audio | Self::Blob(_) | Self::Unknown => "block-kind",
        }
    }
}

/// # Errors
/// A block that cannot be taken, or nothing but blanks.
pub fn read(blocks: Vec<ContentBlock>) -> Result<Words, PromptError> {
    let mut words = Words::default();
    let mut size = 0;
    for block in blocks {
        match block {
            ContentBlock::Text(text) => {
                size += text.text.len();
                words.text.push_str(&text.text);
            }
            ContentBlock::Image(image) => words.attachments.push(picture(image)?),
            ContentBlock::ResourceLink(link) => {
                // Where the words name it, it is named; a client that sends links alone leaves a hole in them.
                push_name(&mut words.text, &link);
                words.attachments.push(place(&link)?);
            }
            ContentBlock::Resource(resource) => {
                let text = embedded(resource.resource)?;
                size += text.text.len();
                words.attachments.push(Attachment::Text {
                    source: text.uri,
                    text: text.text,
                });
            }
            ContentBlock::Audio(_) => return Err(PromptError::Audio),
            _ => return Err(PromptError::Unknown),
        }
        if size > MOST_TEXT {
            return Err(PromptError::TooLong(size));
        }
    }
    if words.text.trim().is_empty() {
        return match words.attachments.is_empty() {
            true => Err(PromptError::Empty),
            // There is something to look at, and nothing is said of it.
            false => Ok(Words {
                text: "Look at what is attached.".to_owned(),
                ..words
            }),
        };
    }
    Ok(words)
}

fn push_name(text: &mut String, link: &ResourceLink) {
    let name = format!("@{}", link.name);
    // A word has no blanks.
    let is_named = text.contains(&name) || text.contains(&name.replace(char::is_whitespace, "_"));
    if !is_named && !link.name.is_empty() {
        if !text.is_empty() && !text.ends_with(char::is_whitespace) {
            text.push(' ');
        }
        text.push_str(&name);
    }
}

fn picture(image: ImageContent) -> Result<Attachment, PromptError> {
    if !IMAGE_KINDS.contains(&image.mime_type.as_str()) {
        return Err(PromptError::ImageKind(image.mime_type));
    }
    if image.data.len() > MOST_IMAGE {
        return Err(PromptError::ImageSize(image.data.len()));
    }
    if !is_base64(&image.data) {
        return Err(PromptError::ImageData);
    }
    Ok(Attachment::Image(Image {
        media_type: image.mime_type,
        data: image.data,
    }))
}

/// By RFC 4648 §4: whole groups of four, padded at the end.
fn is_base64(data: &str) -> bool {
    let digits = data.trim_end_matches('=');
    let is_digit = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'/');
    !digits.is_empty() && data.len().is_multiple_of(4) && data.len() - digits.len() < 3 && digits.bytes().all(is_digit)
}

fn place(link: &ResourceLink) -> Result<Attachment, PromptError> {
    let refused = |why: String| PromptError::Link(link.uri.clone(), why);
    let (uri, fragment) = match link.uri.split_once('#') {
        Some((uri, fragment)) => (uri, Some(fragment)),
        None => (link.uri.as_str(), None),
    };
    let uri = Uri::parse(uri).map_err(|error| refused(error.to_string()))?;
    if uri.path().is_none() {
        return Err(refused("it is no file; put its text in".to_owned()));
    }
    let lines = fragment.map(lines).transpose().map_err(refused)?;
    Ok(Attachment::Place { uri, lines })
}

/// `L10` or `L10-20`, with or without a second `L`.
fn lines(fragment: &str) -> Result<(u32, u32), String> {
    let number = |text: &str| text.trim_start_matches('L').parse().ok().filter(|line| *line > 0);
    let (first, last) = fragment.split_once('-').unwrap_or((fragment, fragment));
    match (fragment.starts_with('L'), number(first), number(last)) {
        (true, Some(first), Some(last)) if first <= last => Ok((first, last)),
        _ => Err(format!("`#{fragment}` names no lines; `#L10-20` does")),
    }
}

fn embedded(resource: EmbeddedResourceResource) -> Result<TextResourceContents, PromptError> {
    match resource {
        EmbeddedResourceResource::TextResourceContents(text) => Ok(text),
        EmbeddedResourceResource::BlobResourceContents(blob) => Err(PromptError::Blob(blob.uri)),
        _ => Err(PromptError::Unknown),
    }
}

/// What the user pinned and dropped for a turn.
#[derive(Clone, Debug, Default, PartialEq, Eq, Deserialize)]
#[serde(default)]
pub struct Choices {
    pub pinned: Vec<String>,
    pub dropped: Vec<String>,
}

impl From<Choices> for ContextChoices {
    fn from(Choices { pinned, dropped }: Choices) -> Self {
        Self { pinned, dropped }
    }
}

/// From a prompt's `_meta`; none where it does not say.
///
/// # Errors
/// It says something else.
pub fn choices(given: Option<&Meta>) -> Result<Option<Choices>, serde_json::Error> {
    let ours = meta::read(given);
    let is_chosen = |ours: &&serde_json::Value| ours.get("pinned").is_some() || ours.get("dropped").is_some();
    ours.filter(is_chosen).map(Choices::deserialize).transpose()
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn read_json(blocks: Value) -> Result<Words, PromptError> {
        read(serde_json::from_value(blocks).unwrap())
    }

    #[track_caller]
    fn check(blocks: Value, text: &str, attachments: Value) {
        let words = read_json(blocks).unwrap();
        assert_eq!(words.text, text);
        assert_eq!(serde_json::to_value(words.attachments).unwrap(), attachments);
    }

    #[track_caller]
    fn check_refused(blocks: Value, cause: &str, says: &str) {
        let error = read_json(blocks).unwrap_err();
        assert_eq!(error.cause(), cause);
        assert!(error.to_string().contains(says), "{error}");
    }

    #[test]
    fn words_stay_as_they_are() {
        check(
            json!([{"type": "text", "text": "why "}, {"type": "text", "text": "so?\n"}]),
            "why so?\n",
            json!([]),
        );
    }

    #[test]
    fn what_is_pointed_at_is_attached_and_named() {
        let link = |uri: &str| json!({"type": "resource_link", "name": "a b.rs", "uri": uri});
        let place = |lines: Value| json!({"attachment": "place", "uri": "file:///w/a%20b.rs", "lines": lines});
        check(
            json!([{"type": "text", "text": "explain"}, link("file:///w/a b.rs#L10-20")]),
            "explain @a b.rs",
            json!([place(json!([10, 20]))]),
        );
        check(
            json!([{"type": "text", "text": "explain @a b.rs now"}, link("file:///w/a%20b.rs#L7")]),
            "explain @a b.rs now",
            json!([place(json!([7, 7]))]),
        );
        check(
            json!([{"type": "text", "text": "fix"}, {"type": "resource", "resource":
                {"uri": "singletree:diagnostics", "text": "E1", "mimeType": "text/plain"}}]),
            "fix",
            json!([{"attachment": "text", "source": "singletree:diagnostics", "text": "E1"}]),
        );
    }

    #[test]
    fn a_picture_needs_no_words() {
        check(
            json!([{"type": "image", "mimeType": "image/png", "data": "iVBORw=="}]),
            "Look at what is attached.",
            json!([{"attachment": "image", "media_type": "image/png", "data": "iVBORw=="}]),
        );
    }

    #[test]
    fn what_cannot_be_taken_is_named() {
        let image = |kind: &str, data: &str| json!([{"type": "image", "mimeType": kind, "data": data}]);
        let link = |uri: &str| json!([{"type": "resource_link", "name": "x", "uri": uri}]);
        check_refused(json!([]), "no-prompt", "nothing");
        check_refused(json!([{"type": "text", "text": " \n"}]), "no-prompt", "nothing");
        check_refused(
            json!([{"type": "text", "text": "x".repeat(5 << 20)}]),
            "prompt-too-long",
            "5120 KiB of text, and 1024 at most",
        );
        check_refused(
            image("image/tiff", "AAAA"),
            "image-kind",
            "`image/tiff` are not taken; image/png",
        );
        check_refused(image("image/png", "AAA"), "image-data", "not base64");
        check_refused(image("image/png", "A?A="), "image-data", "not base64");
        check_refused(link("file:///a#L0"), "link", "`#L0` names no lines");
        check_refused(link("file:///a#main"), "link", "`#main` names no lines");
        check_refused(link("https://a.example/x"), "link", "it is no file");
        check_refused(link("a.rs"), "link", "no scheme");
        check_refused(
            json!([{"type": "audio", "mimeType": "audio/wav", "data": "AA=="}]),
            "block-kind",
            "sound",
        );
        check_refused(
            json!([{"type": "resource", "resource": {"uri": "file:///a.bin", "blob": "AA=="}}]),
            "block-kind",
            "`file:///a.bin` holds bytes",
        );
    }

    #[test]
    fn what_is_pinned_and_dropped_is_read_where_it_is_said() {
        let of = |value: Value| choices(serde_json::from_value(value).ok().as_ref());
        assert_eq!(of(json!({})).unwrap(), None);
        assert_eq!(of(json!({"singletree": {"other": 1}})).unwrap(), None);
        let read = of(json!({"singletree": {"pinned": ["a"]}})).unwrap().unwrap();
        assert_eq!((read.pinned, read.dropped), (vec!["a".to_owned()], Vec::new()));
        assert!(of(json!({"singletree": {"pinned": "a"}})).is_err());
    }
}
