//! Changes of a draft, one at a time or the whole as csv.

use axum::{
    extract::{Path, State},
    response::Response,
};
use kernel::{Ctx, Refusal};
use web::{App, Context, Flash, Form, Frame, Result, Sample, redirect};

use super::{
    super::text_of, Class, ClassEdition, EditionLine, Entry, Preview, Shape, Tree, TreeLine, Trees,
    class_page, edition_line, entry_line, shown,
};
use crate::{
    classification::{self, ClassEditionId, entries},
    csv_tree,
};

/// Changes the draft by `what`, or shows it again with what is wrong.
async fn apply(
    app: App,
    ctx: Ctx,
    id: ClassEditionId,
    mut form: Form,
    words: &str,
    what: impl Fn(&mut Vec<Entry>, Shape) -> Result<(), Refusal> + Send + 'static,
) -> Result<Response> {
    let version = form.number("_version").unwrap_or_default();
    if !form.has_errors() {
        let by = ctx.clone();
        match app.db.write(move |tx| classification::edit(tx, &by, id, version, &what)).await {
            Ok(()) => return Ok(redirect(&format!("/settings/classes/{id}"), words)),
            Err(problem) => form.absorb(problem)?,
        }
    }
    shown(&app, &ctx, id, form, Flash::default()).await
}

pub(in crate::pages) async fn add(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
    mut form: Form,
) -> Result<Response> {
    let (parent, code, name) = (form.text("parent", 20), form.text("code", 20), form.text("name", 40));
    let words = format!("已新增“{name}”");
    let what =
        move |all: &mut Vec<Entry>, shape: Shape| entries::add(all, shape, &parent, &code, &name).map(drop);
    apply(app, ctx, id, form, &words, what).await
}

pub(in crate::pages) async fn change(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
    mut form: Form,
) -> Result<Response> {
    let code = form.required("which", "请选择要改动的类别", 20);
    let act = form.choice("act", ["rename", "retire", "restore", "up", "move"], "请选择做什么");
    let (name, into, under) = (form.text("new_name", 40), form.text("into", 200), form.text("under", 20));
    let into: Vec<String> =
        into.split([' ', '、', ',', '，']).filter(|part| !part.is_empty()).map(str::to_owned).collect();
    if act == "move" && under.is_empty() {
        form.error("under", "请选择移到哪个上级");
    }
    let what = move |all: &mut Vec<Entry>, _: Shape| {
        let field = |refusal: Refusal| match (act.as_str(), refusal.field) {
            ("rename", Some("name")) => Refusal { field: Some("new_name"), ..refusal },
            ("move", Some("parent" | "code")) => Refusal { field: Some("under"), ..refusal },
            _ => refusal,
        };
        let done = match act.as_str() {
            "rename" => entries::rename(all, &code, &name),
            "retire" => entries::retire(all, &code, &into),
            "restore" => entries::restore(all, &code),
            "up" => entries::up(all, &code),
            _ => entries::move_under(all, &code, &under),
        };
        done.map_err(field)
    };
    apply(app, ctx, id, form, "已保存", what).await
}

pub(in crate::pages) async fn put_csv(
    State(app): State<App>,
    Context(ctx): Context,
    Path(id): Path<ClassEditionId>,
    mut form: Form,
) -> Result<Response> {
    let text = text_of(&mut form);
    let what = move |all: &mut Vec<Entry>, _: Shape| {
        *all = csv_tree::read(&text, all)?;
        Ok(())
    };
    apply(app, ctx, id, form, "草稿已按 csv 替换，请预览", what).await
}

pub(super) fn samples() -> Vec<Sample> {
    let edition = ClassEdition {
        id: ClassEditionId::from_uuid(Default::default()),
        tree: "goods".into(),
        number: 2,
        state: "draft".into(),
        valid_from: None,
        reason: String::new(),
        made_name: "张".into(),
        made_at: jiff::Timestamp::UNIX_EPOCH,
        decided_name: String::new(),
        version: 1,
    };
    let entry = Entry { code: "G01.01".into(), name: "肉".into(), retired: true, ..Entry::default() };
    let line = TreeLine {
        key: "goods",
        label: "商品和服务（客体）",
        edition: "第 2 版".into(),
        offered: 3,
        retired: 1,
        draft: true,
    };
    let active = EditionLine { is_draft: false, ..edition_line(&edition) };
    let tree = Tree {
        frame: Frame::bare(),
        key: "goods".into(),
        label: "商品和服务（客体）",
        current: "第 2 版".into(),
        draft: None,
        editions: vec![active],
        entries: vec![entry_line(&entry, &[("G01.01".into(), 3)])],
    };
    let preview = Preview {
        frame: Frame::bare(),
        form: Form::default(),
        id: "1".into(),
        title: "商品和服务第 2 版".into(),
        version: 1,
        fault: Some("不能删除".into()),
        differences: vec!["停用：G01.01 肉".into()],
        affected: vec![("G01.01 肉".into(), 3)],
    };
    let mut samples = vec![
        Sample::of("classification", &Trees { frame: Frame::bare(), trees: vec![line] }),
        Sample::of("class tree", &tree),
        Sample::of("class preview", &preview),
    ];
    let draft: Result<Class> = class_page(&edition, &[entry], Form::default());
    samples.extend(draft.iter().map(|draft| Sample::of("class draft", draft)));
    samples
}
