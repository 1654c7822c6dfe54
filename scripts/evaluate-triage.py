#!/usr/bin/env python3
"""Sections of docs/evaluation.md about texts: categories, incidents, repeats, names of traders. Standard library only, but for the rival."""

import argparse
import collections
import csv
import datetime
import gzip
import json
import os
import pathlib
import random
import re
import resource
import subprocess
import sys
import tempfile
import time

csv.field_size_limit(10**9)


def rows(path):
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def plain(path, folder):
    """The program reads plain csv: a copy, unpacked."""
    to = pathlib.Path(folder) / path.name.removesuffix(".gz")
    if not to.exists():
        to.write_bytes(gzip.decompress(path.read_bytes()))
    return str(to)


def program(xiaobao, *words):
    done = subprocess.run([xiaobao, "triage", *words], stdout=subprocess.PIPE, check=True)
    return json.loads(done.stdout)


def percent(value):
    return f"{value * 100:.1f} %"


def line(name, f):
    low, high = f["macro_f1_interval"]
    at = {round(c["coverage"], 2): c["accuracy"] for c in f["risk_coverage"]}
    sure = f["sure"]
    return (
        f"| {name} | {f['documents']:,} | {f['accuracy']:.4f} | {f['macro_f1']:.4f} [{low:.4f}, {high:.4f}] | {percent(f['top3'])} | "
        f"{f['ece']:.4f} | {percent(at[0.9])} / {percent(at[0.8])} / {percent(at[0.7])} | "
        f"{percent(sure['coverage'])} at {percent(sure['accuracy'])} |"
    )


def fnv(text):
    value = 0xCBF29CE484222325
    for byte in text.encode():
        value = (value ^ byte) * 0x100000001B3 & 0xFFFFFFFFFFFFFFFF
    return value


def folds(groups, count=5):
    """The folds of crates/triage/src/train.rs: groups by hash, each into the smallest fold."""
    members = collections.defaultdict(list)
    for at, group in enumerate(groups):
        members[(fnv(group), group)].append(at)
    sizes, fold = [0] * count, [0] * len(groups)
    for key in sorted(members, key=lambda k: (k[0], k[1].encode())):
        least = sizes.index(min(sizes))
        sizes[least] += len(members[key])
        for at in members[key]:
            fold[at] = least
    return fold


def rival(table):
    """scikit-learn's TF-IDF of characters and linear SVM on the same folds."""
    try:
        import sklearn
        from sklearn.feature_extraction.text import TfidfVectorizer
        from sklearn.metrics import accuracy_score, f1_score
        from sklearn.svm import LinearSVC
    except ImportError:
        return None
    texts = [row["segmented_text"].replace(" ", "") for row in table]
    labels = [row["label"] for row in table]
    fold = folds([row["group"] for row in table])
    said, learning, telling = [None] * len(table), 0.0, 0.0
    for this in range(5):
        old = [at for at, f in enumerate(fold) if f != this]
        new = [at for at, f in enumerate(fold) if f == this]
        start = time.process_time()
        vectors = TfidfVectorizer(analyzer="char", ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        x = vectors.fit_transform([texts[at] for at in old])
        machine = LinearSVC(C=0.5, class_weight="balanced").fit(x, [labels[at] for at in old])
        learned = time.process_time()
        for at, label in zip(new, machine.predict(vectors.transform([texts[at] for at in new]))):
            said[at] = label
        learning, telling = learning + learned - start, telling + time.process_time() - learned
    macro, accuracy = f1_score(labels, said, average="macro"), accuracy_score(labels, said)
    return sklearn.__version__, accuracy, macro, learning, len(table) / telling


def processor(speed, rounds, lines):
    """Seconds of processor time of `examples/speed.rs`."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    subprocess.run([speed, rounds], input=lines.encode(), stdout=subprocess.DEVNULL, check=True)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    return after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime


def categories(data, xiaobao, speed, folder):
    print("## Categories (TipDM 2020 C, seven classes, segmented text)\n")
    path = data / "tipdm2020c/public/classify_segmented.csv.gz"
    if not path.exists():
        return print("Skipped: no `tipdm2020c/public/classify_segmented.csv.gz`.\n")
    model, file = f"{folder}/model", plain(path, folder)
    columns = ["--text", "segmented_text", "--label", "label", "--group", "group"]
    trained = program(xiaobao, "train", file, *columns, "--out", model, "--json")
    print(f"`xiaobao triage train` with `{' '.join(columns)}`: five folds by near-duplicate group; the temperature of a fold comes from the other four.\n")
    print("| split | documents | accuracy | macro-F1 [95 %] | top 3 | ECE | accuracy at 90 / 80 / 70 % coverage | called sure |")
    print("|---|---|---|---|---|---|---|---|")
    print(line("five folds, public part", trained["grouped_folds"]))
    kept = data / "tipdm2020c/heldout/classify_segmented.csv.gz"
    if kept.exists():
        os.makedirs(f"{folder}/heldout", exist_ok=True)
        print(line("held out, trained on the public part", program(xiaobao, "evaluate", model, plain(kept, f"{folder}/heldout"), "--json")))
    table = rows(path)
    lines = "".join(f"{row['label']}\t{row['group']}\t{row['segmented_text']}\n" for row in table)
    once, more = processor(speed, "0", lines), processor(speed, "10", lines)
    print(
        f"\nProcessor time of one core, release build of the crate: learning and reading, with the five folds (six models), {once:.2f} s; classifying "
        f"{10 * len(table) / max(more - once, 1e-6):,.0f} documents a second."
    )
    beside = rival(table)
    print(
        f"Probabilities: expected calibration error out of fold {trained['calibration_error']['temperature']:.4f} with the temperature alone, "
        f"{trained['calibration_error']['isotonic_on_top']:.4f} with rising steps on top that were fitted on the other folds; used: "
        f"{trained['calibration_error']['used'].replace('_', ' ')}."
    )
    if beside is None:
        print("Rival skipped: no scikit-learn.\n")
    else:
        version, accuracy, macro, seconds, pace = beside
        ours = trained["grouped_folds"]
        print(
            f"Rival in the same run, on the same folds: scikit-learn {version} (characters 1–2, `LinearSVC(C=0.5, balanced)`, not calibrated): accuracy "
            f"{accuracy:.4f}, macro-F1 {macro:.4f}; five trainings {seconds:.2f} s of processor time, {pace:,.0f} documents a second. "
            f"Ours: macro-F1 {ours['macro_f1'] - macro:+.4f}; six models in {seconds / once:.1f} times less processor time than five of the rival.\n"
        )
    print("What this does not prove: these are letters to a mayor, cut into words by others; the nearest class, 商贸旅游, is one of seven. Second levels of a\nbureau's own categories will be lower. The choice of C, of 17 bits and of the 25 letters at the head was made on these folds.\n")


def few(data, _xiaobao, speed, folder):
    print("## Words for labels with few samples (TipDM 2020 C)\n")
    path = data / "tipdm2020c/public/classify_segmented.csv.gz"
    if not path.exists():
        return print("Skipped: no `tipdm2020c/public/classify_segmented.csv.gz`.\n")
    lines = "".join(f"{row['label']}\t{row['group']}\t{row['segmented_text']}\n" for row in rows(path))
    words = pathlib.Path(__file__).parent / "tipdm-words.txt"
    thin = pathlib.Path(speed).parent / "thin"
    done = subprocess.run([thin, words], input=lines.encode(), stdout=subprocess.PIPE, check=True)
    print("`examples/thin.rs` with `scripts/tipdm-words.txt` (words written from the names of the seven classes, no text looked at): of one class after the other only so many\nsamples are kept in the four folds that are learned from; all samples of the fifth are measured. Below how many samples words decide was chosen within\nthe four.\n")
    print("| samples kept of one class | macro-F1, model alone | with words | F1 of that class, alone | with words | bounds chosen |\n|---|---|---|---|---|---|")
    for line in done.stdout.decode().splitlines():
        print("| " + " | ".join(line.split("\t")) + " |")
    print("\nWhat this does not prove: seven broad classes and a list of a hundred words; a bureau's leaves are nearer to each other, and the list that ships has more words for each.\n")


# An own reading of the messages: (place or trader) and (what), as patterns over title and text, each list then read by title. The first
# seven are those of the published notes; the other seven were chosen by reading titles before anything was clustered.
INCIDENTS = [
    ("丽发新城", "搅拌|混凝土"), ("魅力之城", "油烟|噪音|夜宵|烧烤|扰民"), ("购房补贴", ""), ("泉星公园", ""), ("茶场村五组", ""),
    ("外滩", "高铁|京港|铁路"), ("魅力之城", "裂"), ("经济学院", "实习|打工|工厂|社会实践"), ("辉煌国际", ""), ("58车[贷货]", ""),
    ("凉塘路", "旧城|棚改"), ("诺亚山林", "医院"), ("中海国际", "夜间施工|通宵施工|晚上的施工|空地"), ("五矿万境K9", "质量|问题|裂|缩水|隐患"),
]


def gold(table):
    of = {}
    for row in table:
        words = row["subject"] + row["body"]
        for number, (place, what) in enumerate(INCIDENTS):
            if re.search(place, words) and re.search(what, words):
                of.setdefault(row["message_id"], number)
    return of


def b_cubed(of, cluster):
    """Precision over all messages of a cluster (who is in no incident counts as wrong), recall, F, precision over the gold only."""
    members = collections.defaultdict(list)
    for message, name in cluster.items():
        members[name].append(message)
    sizes = collections.Counter(of.values())
    p = r = g = 0.0
    for message, incident in of.items():
        together = members[cluster[message]]
        same = sum(of.get(other) == incident for other in together)
        p, r = p + same / len(together), r + same / sizes[incident]
        g += same / sum(other in of for other in together)
    p, r, g = p / len(of), r / len(of), g / len(of)
    return p, r, 2 * p * r / (p + r), g


def incidents(data, xiaobao, _speed, folder):
    print("## Incidents told by many (TipDM 2020 C, attachment 3)\n")
    path = data / "tipdm2020c/hot_issue_messages.csv.gz"
    if not path.exists():
        return print("Skipped: no `tipdm2020c/hot_issue_messages.csv.gz`.\n")
    table, start = rows(path), time.monotonic()
    words = ["--id", "message_id", "--text", "subject,body", "--time", "time", "--person", "user"]
    answer = program(xiaobao, "cluster", plain(path, folder), *words, "--json")
    seconds = time.monotonic() - start
    of = gold(table)
    print(f"`xiaobao triage cluster` with `{' '.join(words)}`: {len(table):,} messages in {seconds:.1f} s, {len(answer['clusters'])} groups of two and more.\n")
    print("| own reading | incidents | messages | B³ precision | recall | F | precision among the incidents only |")
    print("|---|---|---|---|---|---|---|")
    for name, first, last in [("all", 0, 14), ("the seven of the notes", 0, 7), ("seven of our own", 7, 14)]:
        some = {message: number for message, number in of.items() if first <= number < last}
        p, r, f, g = b_cubed(some, answer["messages"])
        print(f"| {name} | {last - first} | {len(some)} | {p:.3f} | {r:.3f} | {f:.3f} | {g:.3f} |")
    largest = ", ".join(f"{group['people']} people ({group['messages']} messages)" for group in answer["clusters"][:8])
    print(f"\nLargest by distinct people: {largest}.\n")
    lumps = [group for group in answer["clusters"] if all(term["region"] for term in group["terms"])]
    print(f"Groups whose only common terms name regions: {len(lumps)}.")
    top = [set(m for m, c in answer["messages"].items() if c == group["cluster"]) for group in answer["clusters"][:5]]
    for number, name in [(0, "丽发新城搅拌站"), (2, "购房补贴")]:
        messages = {m for m, n in of.items() if n == number}
        best = max(len(messages & group) for group in top)
        print(f"Among the first five: {name}, {best} of {len(messages)} messages.")
    print("\nMethod: an incident is a place or trader and what happened there, as patterns over title and text, then read by title (`INCIDENTS` in\n`scripts/evaluate-triage.py`). Precision counts every message outside the reading as wrong, so it is a lower bound. The least cosine (0.2 instead of\nthe published 0.25) was set on the seven of the notes. Our own seven were chosen by reading titles before anything was clustered, but their figures\nwere in sight then, and two of their patterns were widened after a first run, from the title to the text: 0.88 is optimistic by some hundredths. No rival: no official answer exists. One reader, not two.\n")


def average_precision(scored):
    """Over ties as one step, as scikit-learn does."""
    scored = sorted(scored, key=lambda pair: -pair[0])
    all_right, right, seen, total, at = sum(truth for _, truth in scored), 0, 0, 0.0, 0
    while at < len(scored):
        end = at
        while end < len(scored) and scored[end][0] == scored[at][0]:
            end += 1
        new = sum(truth for _, truth in scored[at:end])
        right, seen = right + new, seen + end - at
        total += new / all_right * right / seen
        at = end
    return total


def interval(scored, places):
    """Bootstrap over addresses, seeded."""
    chance, by = random.Random(2026), collections.defaultdict(list)
    for pair, place in zip(scored, places):
        by[place].append(pair)
    groups = list(by.values())
    draws = sorted(average_precision([pair for group in chance.choices(groups, k=len(groups)) for pair in group]) for _ in range(100))
    return draws[2], draws[97]


def repeats(data, xiaobao, _speed, folder):
    print("## Repeats on records without words (Chicago 311, sanitation)\n")
    path, labels = data / "chicago311_sanitation/sanitation_complaints.csv.gz", data / "chicago311_sanitation/public/duplicate_labels.csv.gz"
    if not (path.exists() and labels.exists()):
        return print("Skipped: no `chicago311_sanitation`.\n")
    words = ["--id", "service_request_number", "--text", "street_address", "--time", "creation_date", "--place", "street_address", "--closed", "completion_date"]
    answer = program(xiaobao, "cluster", plain(path, folder), *words, "--json")["repeats"]
    table = {row["service_request_number"]: row for row in rows(path)}
    last, near = {}, set()
    for number in sorted(table, key=lambda n: (table[n]["creation_date"], n)):
        day, place = datetime.date.fromisoformat(table[number]["creation_date"][:10]), table[number]["street_address"].strip().lower()
        if place in last and (day - last[place]).days <= 90:
            near.add(number)
        last[place] = day
    print(f"`xiaobao triage cluster` with `{' '.join(words)}`; truth: the city closed it as a duplicate. Baseline: an earlier complaint at the same\naddress within 90 days.\n")
    print("| part | complaints | duplicates | average precision [95 %] | baseline |\n|---|---|---|---|---|")
    for part in ["public", "heldout"]:
        file = data / f"chicago311_sanitation/{part}/duplicate_labels.csv.gz"
        if not file.exists():
            continue
        truth = {row["service_request_number"]: int(row["is_dup"]) for row in rows(file)}
        base, ours, places = [], [], []
        for number in sorted(truth, key=lambda n: (table[n]["creation_date"], n)):
            again = answer.get(number)
            base.append((float(number in near), truth[number]))
            ours.append((again["score"] if again else 0.0, truth[number]))
            places.append(table[number]["street_address"])
        low, high = interval(ours, places)
        print(f"| {part} | {len(truth):,} | {sum(truth.values()):,} | {average_precision(ours):.3f} [{low:.3f}, {high:.3f}] | {average_precision(base):.3f} |")
    print("\nThe score: an earlier one at the address was not closed yet on that day, fading by `exp(-days / 4)`; the fading was set on the public part. What\nthis does not prove: one city, one kind of complaint, and a clerk's \"duplicate\" depends on which one he saw first.\n")


def wilson(right, all):
    """95 % (Wilson 1927)."""
    if not all:
        return 0.0, 1.0
    p, z = right / all, 1.959964
    middle, half = p + z * z / (2 * all), z * (p * (1 - p) / all + z * z / (4 * all * all)) ** 0.5
    return (middle - half) / (1 + z * z / all), (middle + half) / (1 + z * z / all)


KINDS = {
    "full": "name in full", "city": "city, brand, trade", "plain": "brand and trade", "district": "district, brand, trade", "short": "trade shortened", "typo": "a letter wrong, lost or twice",
    "heard": "a letter of the same sound", "seen": "a letter of the same look", "written": "traditional, spaced, other form", "citybrand": "city and brand", "brand": "brand alone",
    "alias": "another name", "branch": "a shop by its street",
}


def names(data, xiaobao, _speed, folder):
    print("## Names of traders (made of public short names, GB/T 4754 and regions)\n")
    path = data / "companies/company_short_names.txt.gz"
    if not path.exists():
        return print("Skipped: no `companies/company_short_names.txt.gz`.\n")
    where = pathlib.Path(folder) / "names"
    noisy = pathlib.Path(__file__).parent / "noisy-names.py"
    subprocess.run([sys.executable, noisy, "--brands", path, "--out", where, "--seed", "11", "--mentions", "6000"], check=True)
    known = [line.rstrip("\n").split("\t") for line in open(where / "register.tsv", encoding="utf-8")]
    said = [line.rstrip("\n").split("\t") for line in open(where / "mentions.tsv", encoding="utf-8")]
    for name, head, table in [("register", ["name", "code", "address", "alias"], known), ("mentions", ["name", "code", "address"], [row[2:] for row in said])]:
        with open(where / f"{name}.csv", "w", encoding="utf-8", newline="") as file:
            csv.writer(file).writerows([head, *table])
    words = ["--name", "name", "--code", "code", "--address", "address", "--alias", "alias", "--top", "64", "--json"]
    done = subprocess.run([xiaobao, "triage", "resolve", where / "register.csv", *words], stdin=open(where / "mentions.csv", "rb"), stdout=subprocess.PIPE, check=True)
    counts = collections.defaultdict(collections.Counter)
    brands = 0
    for row, line in zip(said, done.stdout.decode().splitlines(), strict=True):
        answer, truth = json.loads(line), int(row[1]) if row[1] else None
        found = [one["row"] for one in answer["candidates"]]
        parts = {one["part"] for one in answer["candidates"][0]["evidence"] if one["agreement"] != "不一致"} if found else set()
        brands += answer["link"] is not None and parts == {"字号"}
        for count in (counts["all"], counts[row[0]]):
            count["all"] += 1
            count["present"] += truth is not None
            count["blocked"] += truth is not None and truth in found
            count["first"] += truth is not None and found[:1] == [truth]
            count["right"] += truth is not None and answer["link"] == truth
            count["wrong"] += answer["link"] is not None and answer["link"] != truth
            count["absent"] += truth is None
            count["false"] += truth is None and answer["link"] is not None
    print(f"`xiaobao triage resolve` with `{' '.join(words[:-3])}`: {len(known):,} traders, {len(said):,} mentions, a quarter of them of traders that are not in the register; three\nin four say where. Seed 11, not looked at while the rule was made.\n")
    print("| mention | mentions | among the candidates | first | linked | precision [95 %] | recall | absent, linked all the same |\n|---|---|---|---|---|---|---|---|")
    for kind, title in [("all", "all"), *KINDS.items()]:
        c = counts[kind]
        if not c["present"]:
            continue
        linked = c["right"] + c["wrong"]
        low, high = wilson(c["right"], linked)
        print(f"| {title} | {c['all']:,} | {c['blocked'] / c['present']:.4f} | {c['first'] / c['present']:.4f} | {linked:,} | {c['right'] / max(linked, 1):.4f} [{low:.4f}, {high:.4f}] | {c['right'] / c['present']:.4f} | {c['false']} of {c['absent']} |")
    print(f"\nLinks with nothing but the brand in favour: {brands}.\n")
    print("What this does not prove: the traders do not exist. The generator (`scripts/noisy-names.py`) has word lists of its own and reads none of the parser's,\nbut one hand wrote both, and regions are the same list. Errors of people are of more kinds, acronyms (中石化) are not among the mentions, and\nhow many leave out the place decides the recall. On a bureau's own mentions expect a lower share of links; precision must be measured there, on pairs\nthat two officers judged.\n")


def main():
    words = argparse.ArgumentParser()
    words.add_argument("--data", type=pathlib.Path, required=True)
    words.add_argument("--xiaobao", required=True)
    words.add_argument("--speed", required=True)
    words.add_argument("--only", default="categories,few,incidents,repeats,names")
    given = words.parse_args()
    wanted = given.only.split(",")
    with tempfile.TemporaryDirectory() as folder:
        for section in (categories, few, incidents, repeats, names):
            if section.__name__ not in wanted:
                continue
            section(given.data, given.xiaobao, given.speed, folder)
            sys.stdout.flush()


main()
