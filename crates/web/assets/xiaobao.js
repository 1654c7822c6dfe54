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
