//! Classes that the person's own words suggest: the trees and the words only, nobody's matters are looked at.

use advice::{Advice, Guess, Models, Part};
use matters::Kind;

use crate::{answers::Petition, question::Question};

/// Suggested at most.
const MOST: usize = 3;

impl Petition {
    /// What the person's words suggest for a question of classes, likeliest first: (code, name and why).
    pub fn hints(&self, question: Question, models: &Models) -> Vec<Guess> {
        let (part, above) = match question {
            Question::Goods => (Part::Goods, None),
            Question::GoodsMore => (Part::Goods, Some(self.form.value("goods"))),
            Question::Problem => (Part::Problem, None),
            Question::ProblemMore => (Part::Problem, Some(self.form.value("problem"))),
            Question::Brand => return self.brand().into_iter().collect(),
            _ => return Vec::new(),
        };
        let options = self.options(question);
        let mut hints: Vec<Guess> = Vec::new();
        for guess in self.guesses(part, models, if above.is_some() { usize::MAX } else { MOST }) {
            let code = match above {
                // The question asks the uppermost class first.
                None => guess.code.split('.').next().unwrap_or_default().to_owned(),
                Some(_) => guess.code.clone(),
            };
            let Some((_, name)) = options.iter().find(|(one, _)| *one == code) else { continue };
            if !hints.iter().any(|known| known.code == code) {
                hints.push(Guess { name: name.clone(), code, ..guess });
            }
        }
        hints.truncate(MOST);
        hints
    }

    fn told_so_far(&self) -> String {
        format!("{} {}", self.form.value("goods_name"), self.form.value("facts")).trim().to_owned()
    }

    fn guesses(&self, part: Part, models: &Models, most: usize) -> Vec<Guess> {
        advice::classes(models, part, &self.told_so_far(), self.today, most)
    }

    /// The brand that the person's own words name.
    pub fn brand(&self) -> Option<Guess> {
        advice::brand(&self.told_so_far(), self.today)
    }

    /// What was suggested on the way, with what the person chose, of the classes that were asked.
    pub fn advised(&self, models: &Models) -> (Advice, advice::Chosen) {
        let path = self.path();
        let mut chosen = Vec::new();
        if self.kind != Kind::Consultation && path.contains(&Question::Goods) {
            chosen.push((Part::Goods, self.class("goods", "goods_more").unwrap_or_default()));
        }
        if path.contains(&Question::Problem) {
            chosen.push((Part::Problem, self.class("problem", "problem_more").unwrap_or_default()));
        }
        let mut guesses: Vec<Guess> =
            chosen.iter().flat_map(|(part, _)| self.guesses(*part, models, MOST)).collect();
        if path.contains(&Question::Brand) {
            chosen.push((Part::Brand, self.form.value("brand").to_owned()));
            guesses.extend(self.brand());
        }
        (Advice { guesses, ..Advice::default() }, chosen)
    }
}
