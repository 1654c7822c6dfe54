use super::*;

#[test]
fn days_are_counted_from_a_monday() {
    let day = jiff::civil::date(2018, 4, 12);
    assert_eq!(dated(number(day)), day);
    assert_eq!(number(jiff::civil::date(2026, 11, 23)).rem_euclid(7), 0, "a Monday");
}

#[test]
fn the_budget_is_a_count_and_a_unit() {
    assert_eq!(budget("1/week"), Ok(1.0));
    assert_eq!(budget("2/day"), Ok(14.0));
    assert!((budget("3/month").expect("months") - 0.7).abs() < 1e-9);
    for wrong in ["1", "0/week", "-1/week", "x/week", "1/year", "inf/day"] {
        assert!(budget(wrong).is_err(), "{wrong}");
    }
}

#[test]
fn a_file_gives_alarms_with_their_rows() {
    let path = std::env::temp_dir().join(format!("detect-{}.csv", std::process::id()));
    let mut text = String::from("\u{feff}时间,类别,地区,反映人\n");
    for day in 0..300 {
        for i in 0..6 {
            let (c, a) = ((day * 5 + i) % 3, (day + i * 7) % 4);
            text += &format!("{},类{c},区{a},p{day}-{i}\n", dated(19_000 + day));
        }
        if (280..284).contains(&day) {
            (0..6).for_each(|i| text += &format!("{} 09:30,类1,区2,q{day}-{i}\n", dated(19_000 + day)));
        }
    }
    text += "不知道,类1,区2,z\n";
    std::fs::write(&path, text).expect("a file");
    let columns = ["类别".to_owned(), "地区".to_owned()];
    let detect = Detect {
        file: path.clone(),
        time: "时间".into(),
        stream: columns.to_vec(),
        person: Some("反映人".into()),
        budget: 1.0,
        calendar: "cn".into(),
        trader: None,
        injury: None,
        text: Vec::new(),
        watch: None,
        json: true,
    };
    let read = read(&detect, &table::open(&path).expect("a table")).expect("read");
    assert_eq!(read.left_out, 1);
    let panel = panel(&detect, &read);
    let alarms = heard(&detect, &read, &panel);
    let told: Vec<Told> = alarms.iter().map(|alarm| tell(&detect, &read, &panel, alarm)).collect();
    let planted = told
        .iter()
        .find(|told| told.stream.get("类别").is_some_and(|c| c == "类1") && told.stream.len() == 2);
    let planted = planted.unwrap_or_else(|| panic!("{told:?}"));
    assert_eq!(planted.stream["地区"], "区2");
    assert!((dated(19_280)..dated(19_284)).contains(&planted.date), "{planted:?}");
    assert_eq!(planted.rows.len() as u32, planted.observed);
    let wrong = Detect { time: "日期".into(), ..detect };
    let missing = super::read(&wrong, &table::open(&path).expect("a table"));
    assert!(matches!(missing, Err(Problem::Malformed(text)) if text.contains("没有“日期”这一列")));
    std::fs::remove_file(path).expect("removed");
}

#[test]
fn two_hurt_at_one_trader_and_a_listed_brand_ring_whatever_the_figures_say() {
    let folder = std::env::temp_dir().join(format!("detect-rules-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder");
    let (path, list) = (folder.join("a.csv"), folder.join("list.txt"));
    let text = "时间,类别,经营者,反映人,内容\n\
        2026-03-01,餐饮,甲餐厅,a,吃完上吐下泻去医院\n\
        2026-03-02,餐饮,甲餐厅,a,还是上吐下泻\n\
        2026-03-05,餐饮,甲餐厅,b,一家三口食物中毒\n\
        2026-03-06,餐饮,,c,食物中毒\n\
        2026-03-06,餐饮,,d,食物中毒\n\
        2026-03-09,汽车,乙车行,e,锦湖轮胎异响\n\
        2026-03-10,汽车,乙车行,f,锦湖轮胎异响\n";
    std::fs::write(&path, text).expect("a file");
    std::fs::write(&list, "# 上级交办\n锦湖\n").expect("a list");
    let detect = Detect {
        file: path.clone(),
        time: "时间".into(),
        stream: vec!["类别".into()],
        person: Some("反映人".into()),
        budget: 1.0,
        calendar: "cn".into(),
        trader: Some("经营者".into()),
        injury: None,
        text: vec!["内容".into()],
        watch: Some(list),
        json: true,
    };
    let sheet = table::open(&path).expect("a table");
    let told = rules::alarms(&detect, &sheet).expect("alarms");
    let said: Vec<_> =
        told.iter().map(|told| (told.kind, told.date.to_string(), told.rows.clone())).collect();
    assert_eq!(
        said,
        [("harm", "2026-03-05".into(), vec![1, 2, 3]), ("watched", "2026-03-09".into(), vec![6])],
        "nobody can be hurt twice at a trader without a name"
    );
    let nameless = Detect { trader: None, injury: Some("类别".into()), ..detect };
    assert!(
        matches!(rules::alarms(&nameless, &sheet), Err(Problem::Malformed(text)) if text.contains("--trader"))
    );
    std::fs::remove_dir_all(folder).expect("removed");
}

#[test]
fn an_alarm_says_which_season_it_fell_into_and_that_there_is_little_past() {
    let path = std::env::temp_dir().join(format!("detect-season-{}.csv", std::process::id()));
    let mut text = String::from("时间,类别\n");
    let first = number(jiff::civil::date(2025, 11, 15));
    for day in 0..130 {
        (0..4).for_each(|i| text += &format!("{},类{}\n", dated(first + day), (day + i) % 4));
        if day >= 115 {
            (0..9).for_each(|_| text += &format!("{},类1\n", dated(first + day)));
        }
    }
    std::fs::write(&path, text).expect("a file");
    let mut detect = Detect {
        file: path.clone(),
        time: "时间".into(),
        stream: vec!["类别".into()],
        person: None,
        budget: 7.0,
        calendar: "cn".into(),
        trader: None,
        injury: None,
        text: Vec::new(),
        watch: None,
        json: true,
    };
    let mut told = |calendar: &str| {
        detect.calendar = calendar.into();
        let read = read(&detect, &table::open(&path).expect("a table")).expect("read");
        let panel = panel(&detect, &read);
        let alarms = heard(&detect, &read, &panel);
        alarms.iter().map(|alarm| tell(&detect, &read, &panel, alarm)).collect::<Vec<_>>()
    };
    let with = told("cn");
    assert!(
        with.iter().any(|told| told.warming_up && told.seasons.iter().any(|s| s.contains("3·15"))),
        "{with:?}"
    );
    assert!(told("none").iter().all(|told| told.seasons.is_empty()));
    std::fs::remove_file(path).expect("removed");
}

/// An incident at one shop shows in the shop, in what it sells and in its street, none of which lies within another.
#[test]
fn an_incident_in_several_columns_is_told_once_at_the_trader() {
    let path = std::env::temp_dir().join(format!("detect-once-{}.csv", std::process::id()));
    let mut text = String::from("时间,类别,地区,经营者\n");
    // the newest first, as many exports have it
    for day in (0..500).rev() {
        if (470..473).contains(&day) {
            (0..5).for_each(|_| text += &format!("{},类5,区3,店17\n", dated(19_000 + day)));
        }
        for i in 0..6 {
            let (sort, area, shop) = ((day * 5 + i) % 7, (day + i * 7) % 5, (day * 11 + i * 3) % 40);
            text += &format!("{},类{sort},区{area},店{shop}\n", dated(19_000 + day));
        }
    }
    std::fs::write(&path, text).expect("a file");
    let detect = Detect {
        file: path.clone(),
        time: "时间".into(),
        stream: vec!["类别".into(), "地区".into(), "经营者".into()],
        person: None,
        budget: 1.0,
        calendar: "none".into(),
        trader: Some("经营者".into()),
        injury: None,
        text: Vec::new(),
        watch: None,
        json: true,
    };
    let read = read(&detect, &table::open(&path).expect("a table")).expect("read");
    let panel = panel(&detect, &read);
    let told: Vec<Told> =
        heard(&detect, &read, &panel).iter().map(|alarm| tell(&detect, &read, &panel, alarm)).collect();
    let about: Vec<&Told> = told
        .iter()
        .filter(|told| (dated(19_470)..dated(19_498)).contains(&told.date))
        .filter(|told| told.rows.iter().any(|row| (27 * 6..27 * 6 + 35).contains(row)))
        .collect();
    let [one] = about[..] else { panic!("told {} times: {about:?}", about.len()) };
    assert_eq!(one.stream.get("经营者").map(String::as_str), Some("店17"), "{one:?}");
    assert_eq!(one.rows.len() as u32, one.observed);
    assert!(one.rows.is_sorted() && !one.also.is_empty(), "{one:?}");
    std::fs::remove_file(path).expect("removed");
}
