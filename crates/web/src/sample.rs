//! What a test asks of every page, on sample data.

/// A page rendered with sample data.
pub struct Sample {
    /// The page.
    pub name: &'static str,
    /// Its markup.
    pub html: String,
}

impl Sample {
    /// Renders `template` as the sample `name`; a template that fails becomes a page that fails every check.
    pub fn of(name: &'static str, template: &impl askama::Template) -> Self {
        Self { name, html: template.render().unwrap_or_else(|error| format!("<!-- {error} -->")) }
    }
}

struct Tag<'a> {
    name: &'a str,
    inside: &'a str,
}

impl Tag<'_> {
    fn get(&self, attribute: &str) -> Option<&str> {
        let pattern = format!(" {attribute}=\"");
        let (_, rest) = self.inside.split_once(&pattern)?;
        rest.split_once('"').map(|(value, _)| value)
    }
}

fn tags(html: &str) -> Vec<(Tag<'_>, &str)> {
    let mut found = Vec::new();
    let mut rest = html;
    while let Some((_, after)) = rest.split_once('<') {
        let Some((inside, next)) = after.split_once('>') else { break };
        let name = inside.split([' ', '\n', '/']).next().unwrap_or_default();
        if !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric()) {
            found.push((Tag { name, inside }, next));
        }
        rest = next;
    }
    found
}

/// What is wrong with a page: language, one `h1`, headings without jumps, unique ids, a label for every control, links and
/// buttons with words, forms with an address.
///
/// ```
/// let bad = "<html><body><h1>甲</h1><h3>乙</h3><input id=\"a\" name=\"a\"></body></html>";
/// assert_eq!(web::sample::faults(bad).len(), 3);
/// ```
pub fn faults(html: &str) -> Vec<String> {
    let tags = tags(html);
    let mut faults = Vec::new();
    if !tags.iter().any(|(tag, _)| tag.name == "html" && tag.get("lang").is_some()) {
        faults.push("no language on <html>".to_owned());
    }
    headings(&tags, &mut faults);
    let ids: Vec<_> = tags.iter().filter_map(|(tag, _)| tag.get("id")).collect();
    for (at, id) in ids.iter().enumerate() {
        if ids[..at].contains(id) {
            faults.push(format!("id {id} stands twice"));
        }
    }
    for (tag, after) in &tags {
        if let Some(fault) = control(tag, after, &tags) {
            faults.push(fault);
        }
    }
    faults
}

fn headings(tags: &[(Tag<'_>, &str)], faults: &mut Vec<String>) {
    let levels = tags.iter().filter_map(|(tag, _)| tag.name.strip_prefix('h')?.parse::<u8>().ok());
    let levels: Vec<u8> = levels.collect();
    if levels.iter().filter(|level| **level == 1).count() != 1 {
        faults.push("not exactly one h1".to_owned());
    }
    for pair in levels.windows(2) {
        if let [one, two] = pair
            && two > &(one + 1)
        {
            faults.push(format!("heading jumps from h{one} to h{two}"));
        }
    }
}

fn control(tag: &Tag<'_>, after: &str, tags: &[(Tag<'_>, &str)]) -> Option<String> {
    let words = |end: &str| {
        let (text, _) = after.split_once(end).unwrap_or((after, ""));
        text.split('<')
            .map(|part| part.split_once('>').map_or(part, |(_, text)| text))
            .any(|text| !text.trim().is_empty())
    };
    match tag.name {
        "input" | "select" | "textarea" => {
            let quiet = matches!(tag.get("type"), Some("hidden" | "submit"));
            let labelled = tag.get("aria-label").is_some()
                || tag.get("id").is_some_and(|id| {
                    tags.iter().any(|(label, _)| label.name == "label" && label.get("for") == Some(id))
                });
            (!quiet && !labelled).then(|| format!("no label for <{}>", tag.inside))
        }
        "a" if !words("</a>") => Some(format!("link without words <{}>", tag.inside)),
        "button" if !words("</button>") => Some(format!("button without words <{}>", tag.inside)),
        "form" if tag.get("action").is_none() => Some(format!("form without address <{}>", tag.inside)),
        "th" if tag.get("scope").is_none() => Some(format!("th without scope <{}>", tag.inside)),
        _ => None,
    }
}
