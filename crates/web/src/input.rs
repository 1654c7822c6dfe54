//! Components of a form: label, hint, error and control in one, with what was typed.

use crate::{Form, Html, escape};

/// (stored word, words on screen) in the order to show.
pub type Options = Vec<(String, String)>;

struct Parts {
    label: String,
    hint: String,
    error: String,
    described: String,
}

impl Form {
    fn parts(&self, name: &str, label: &str, hint: &str) -> Parts {
        let error = self.error_of(name);
        let ids =
            [(!hint.is_empty()).then(|| format!("{name}-hint")), error.map(|_| format!("{name}-error"))];
        let ids: Vec<String> = ids.into_iter().flatten().collect();
        Parts {
            label: escape(label),
            hint: if hint.is_empty() {
                String::new()
            } else {
                format!("<p class=\"hint\" id=\"{name}-hint\">{}</p>", escape(hint))
            },
            error: error.map_or_else(String::new, |words| {
                format!("<p class=\"error\" id=\"{name}-error\">{}</p>", escape(words))
            }),
            described: if ids.is_empty() {
                String::new()
            } else {
                format!(" aria-describedby=\"{}\"", ids.join(" "))
            },
        }
    }

    fn wrap(&self, name: &str, label: &str, hint: &str, control: &str) -> Html {
        let parts = self.parts(name, label, hint);
        let bad = if parts.error.is_empty() { "" } else { " bad" };
        Html(format!(
            "<div class=\"field{bad}\"><label for=\"{name}\">{}</label>{}{}{control}</div>",
            parts.label, parts.hint, parts.error
        ))
    }

    /// A line of text; `kind` is the input's type (`text`, `tel`, `date`, `password`…), `extra` further attributes of ours.
    pub fn input(&self, name: &str, label: &str, hint: &str, kind: &str, extra: &str) -> Html {
        let described = self.parts(name, label, hint).described;
        let value = if kind == "password" { String::new() } else { escape(self.value(name)) };
        let control = format!(
            "<input type=\"{kind}\" id=\"{name}\" name=\"{name}\" value=\"{value}\"{described} {extra}>"
        );
        self.wrap(name, label, hint, &control)
    }

    /// A line of text.
    pub fn line(&self, name: &str, label: &str, hint: &str) -> Html {
        self.input(name, label, hint, "text", "")
    }

    /// A date.
    pub fn day(&self, name: &str, label: &str, hint: &str) -> Html {
        self.input(name, label, hint, "date", "")
    }

    /// Several lines of text.
    pub fn area(&self, name: &str, label: &str, hint: &str, rows: usize) -> Html {
        let described = self.parts(name, label, hint).described;
        let value = escape(self.value(name));
        let control = format!(
            "<textarea id=\"{name}\" name=\"{name}\" rows=\"{rows}\"{described}>\n{value}</textarea>"
        );
        self.wrap(name, label, hint, &control)
    }

    /// One of a list.
    pub fn select(&self, name: &str, label: &str, hint: &str, options: &Options) -> Html {
        let described = self.parts(name, label, hint).described;
        let chosen = self.value(name);
        let options: String = options
            .iter()
            .map(|(code, words)| {
                let mark = if code == chosen { " selected" } else { "" };
                format!("<option value=\"{}\"{mark}>{}</option>", escape(code), escape(words))
            })
            .collect();
        let control = format!(
            "<select id=\"{name}\" name=\"{name}\"{described}><option value=\"\">请选择</option>{options}</select>"
        );
        self.wrap(name, label, hint, &control)
    }

    /// One of a few, all in sight.
    pub fn radios(&self, name: &str, label: &str, hint: &str, options: &Options) -> Html {
        let chosen = [self.value(name).to_owned()];
        self.ticks("radio", name, label, hint, options, &chosen)
    }

    /// Any of a few.
    pub fn checks(&self, name: &str, label: &str, hint: &str, options: &Options) -> Html {
        self.ticks("checkbox", name, label, hint, options, &self.all(name))
    }

    fn ticks(
        &self,
        kind: &str,
        name: &str,
        label: &str,
        hint: &str,
        options: &Options,
        chosen: &[String],
    ) -> Html {
        let parts = self.parts(name, label, hint);
        let bad = if parts.error.is_empty() { "" } else { " bad" };
        let ticks: String = options.iter().enumerate().map(|(at, (code, words))| {
            let mark = if chosen.contains(code) { " checked" } else { "" };
            let id = if at == 0 { name.to_owned() } else { format!("{name}-{at}") };
            let code = escape(code);
            format!("<span class=\"tick\"><input type=\"{kind}\" id=\"{id}\" name=\"{name}\" value=\"{code}\"{mark}><label for=\"{id}\">{}</label></span>", escape(words))
        }).collect();
        Html(format!(
            "<fieldset class=\"field{bad}\"{}><legend>{}</legend>{}{}<div class=\"ticks\">{ticks}</div></fieldset>",
            parts.described, parts.label, parts.hint, parts.error
        ))
    }

    /// A single box.
    pub fn tick(&self, name: &str, words: &str) -> Html {
        let mark = if self.checked(name) { " checked" } else { "" };
        let words = escape(words);
        Html(format!(
            "<div class=\"field\"><span class=\"tick\"><input type=\"checkbox\" id=\"{name}\" name=\"{name}\" value=\"yes\"{mark}><label for=\"{name}\">{words}</label></span></div>"
        ))
    }

    /// Files to send with the form.
    pub fn file(&self, name: &str, label: &str, hint: &str) -> Html {
        let described = self.parts(name, label, hint).described;
        let control = format!("<input type=\"file\" id=\"{name}\" name=\"{name}\" multiple{described}>");
        self.wrap(name, label, hint, &control)
    }

    /// What is carried along unseen.
    pub fn hidden(&self, name: &str) -> Html {
        Html(format!("<input type=\"hidden\" name=\"{name}\" value=\"{}\">", escape(self.value(name))))
    }

    /// Everything that is wrong, on top of the form, each linked to its field.
    pub fn summary(&self) -> Html {
        if !self.has_errors() {
            return Html::default();
        }
        let items: String = self
            .errors()
            .iter()
            .map(|(name, sentence)| {
                let sentence = escape(sentence);
                if name.is_empty() {
                    format!("<li>{sentence}</li>")
                } else {
                    format!("<li><a href=\"#{name}\">{sentence}</a></li>")
                }
            })
            .collect();
        Html(format!(
            "<div class=\"summary\" role=\"alert\" tabindex=\"-1\" id=\"summary\"><p class=\"summary-title\">请先改正以下内容</p><ul>{items}</ul></div>"
        ))
    }
}
