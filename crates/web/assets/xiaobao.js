// Improves pages; nothing depends on it.
(() => {
  "use strict";
  const summary = document.getElementById("summary");
  if (summary) summary.focus();

  // One click, one request.
  document.addEventListener("submit", (event) => {
    const form = event.target;
    if (form.dataset.sent) { event.preventDefault(); return; }
    if (form.method === "post") { form.dataset.sent = "1"; setTimeout(() => delete form.dataset.sent, 4000); }
  });

  // Keys: an element with data-key="F2" is pressed or focused by that key.
  document.addEventListener("keydown", (event) => {
    const name = (event.altKey ? "Alt+" : "") + (event.ctrlKey ? "Ctrl+" : "") + event.key;
    const target = document.querySelector(`[data-key="${CSS.escape(name)}"]`);
    if (!target) return;
    event.preventDefault();
    if (/^(INPUT|SELECT|TEXTAREA)$/.test(target.tagName)) target.focus(); else target.click();
  });

  const later = (work, wait) => { let timer; return () => { clearTimeout(timer); timer = setTimeout(work, wait); }; };

  // Drafts: a form with data-draft is sent there while it is filled in.
  for (const form of document.querySelectorAll("form[data-draft]")) {
    const status = form.querySelector(".saved");
    const save = later(async () => {
      try {
        const answer = await fetch(form.dataset.draft, { method: "POST", body: new URLSearchParams(new FormData(form)) });
        if (status) status.textContent = answer.ok ? "草稿已保存 " + new Date().toLocaleTimeString("zh-CN") : "草稿没有保存，请检查登录";
      } catch { if (status) status.textContent = "网络不通，草稿没有保存"; }
    }, 800);
    form.addEventListener("input", save);
  }

  // Suggestions: a form with data-advice asks what the server would suggest while it is filled in; a button with data-fill
  // takes one up. Without script the same buttons send the form back.
  for (const form of document.querySelectorAll("form[data-advice]")) {
    const place = document.getElementById("advice"), seen = form.elements.advised;
    let turn = 0, last = "";
    const ask = later(async () => {
      const typed = new URLSearchParams(new FormData(form));
      typed.delete("advised");
      if (typed.toString() === last) return;
      last = typed.toString();
      const mine = ++turn;
      try {
        const answer = await fetch(form.dataset.advice, { method: "POST", headers: { "X-Part": "advice" }, body: typed });
        if (!answer.ok || answer.redirected || mine !== turn) return;
        const held = place.contains(document.activeElement), text = await answer.text();
        if (mine !== turn) return;
        place.innerHTML = text;
        if (seen) seen.value = "yes";
        if (held) place.querySelector("button")?.focus();
      } catch { /* nothing waits for advice */ }
    }, 250);
    form.addEventListener("input", ask);
    form.addEventListener("click", (event) => {
      const button = event.target.closest("button[data-fill]");
      if (!button) return;
      event.preventDefault();
      for (const [name, value] of Object.entries(JSON.parse(button.dataset.fill))) {
        for (const field of form.querySelectorAll(`[name="${name}"]`)) {
          if (field.type === "radio") field.checked = field.value === value; else field.value = value;
          for (let outer = field.closest("details"); outer; outer = outer.parentElement.closest("details")) outer.open = true;
        }
      }
      form.dispatchEvent(new Event("input", { bubbles: true }));
    });
    if (form.elements.facts?.value) ask();
  }

  // Look-ups: an input with data-lookup="/path" shows what the server suggests.
  for (const input of document.querySelectorAll("input[data-lookup]")) {
    const list = document.getElementById(input.dataset.target);
    let at = -1;
    const show = later(async () => {
      at = -1;
      if (input.value.trim().length < 2) { list.innerHTML = ""; return; }
      const answer = await fetch(input.dataset.lookup + "?q=" + encodeURIComponent(input.value.trim()));
      if (answer.ok) list.innerHTML = await answer.text();
    }, 150);
    const choose = (item) => {
      if (!item) return;
      for (const [key, value] of Object.entries(item.dataset)) {
        const field = document.getElementById(key) || document.querySelector(`[name="${key}"]`);
        if (field) { field.value = value; field.dispatchEvent(new Event("input", { bubbles: true })); }
      }
      if (item.dataset.href) location.href = item.dataset.href;
      list.innerHTML = "";
    };
    input.addEventListener("input", (event) => { if (event.isTrusted) show(); });
    input.addEventListener("keydown", (event) => {
      const items = [...list.querySelectorAll("li")];
      if (!items.length) return;
      if (event.key === "ArrowDown" || event.key === "ArrowUp") {
        event.preventDefault();
        at = (at + (event.key === "ArrowDown" ? 1 : -1) + items.length) % items.length;
        items.forEach((item, index) => item.setAttribute("aria-selected", index === at));
        items[at].scrollIntoView({ block: "nearest" });
      } else if (event.key === "Enter" && at >= 0) { event.preventDefault(); choose(items[at]); }
      else if (event.key === "Escape") list.innerHTML = "";
    });
    list.addEventListener("click", (event) => choose(event.target.closest("li")));
  }
})();
