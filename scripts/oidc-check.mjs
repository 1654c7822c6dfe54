// The two sides of scripts/oidc-check: a provider with its built-in sign-in pages, and a visitor that walks through them.
const [, , side, code] = process.argv;
const PROVIDER = "http://127.0.0.1:18321";
const OFFICE = "http://127.0.0.1:18322";

if (side === "provider") {
  const { default: Provider } = await import("oidc-provider");
  new Provider(PROVIDER, {
    clients: [{
      client_id: "xiaobao",
      client_secret: "a-secret-for-this-run-only",
      redirect_uris: [`${OFFICE}/sign-in/sso/return`],
      post_logout_redirect_uris: [`${OFFICE}/sign-in`],
    }],
    pkce: { required: () => true },
    claims: { openid: ["sub"], profile: ["name", "preferred_username"] },
    conformIdTokenClaims: false,
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id, name: "王建国", preferred_username: id }) }),
  }).listen(18321, "127.0.0.1");
} else {
  const jars = {};
  const send = async (url, form) => {
    const to = new URL(url, OFFICE);
    const jar = (jars[to.host] ??= new Map());
    const headers = { cookie: [...jar].map(([k, v]) => `${k}=${v}`).join("; "), origin: to.origin };
    const answer = await fetch(to, {
      redirect: "manual", headers, method: form ? "POST" : "GET", body: form && new URLSearchParams(form),
    });
    for (const line of answer.headers.getSetCookie()) {
      const [pair] = line.split(";");
      const at = pair.indexOf("=");
      if (pair.slice(at + 1)) jar.set(pair.slice(0, at), pair.slice(at + 1)); else jar.delete(pair.slice(0, at));
    }
    const next = answer.headers.get("location");
    return { status: answer.status, text: await answer.text(), next: next && new URL(next, to).href };
  };
  const follow = async (answer) => {
    for (let hops = 0; answer.next && hops < 20; hops++) {
      const at = answer.next;
      answer = await send(at);
      const page = answer.text.match(/<form[^>]*action="([^"]+)"[^>]*>[\s\S]*?name="prompt" value="(\w+)"/);
      if (page) answer = await send(new URL(page[1], at).href, { prompt: page[2], login: "wangjianguo", password: "any" });
    }
    return answer;
  };
  const expect = (ok, what, answer) => {
    console.log(`${ok ? "ok" : "FAILED"}: ${what}`);
    if (!ok) { console.log(answer.status, answer.text.replace(/<[^>]+>/g, " ").slice(0, 2000)); process.exit(1); }
  };
  const first = await follow(await send("/sign-in/sso"));
  expect(first.text.includes("须由系统管理员核准"), "a first sign-in waits for approval", first);
  delete jars[new URL(OFFICE).host];
  const password = "脚本里的一句话要够长";
  await send("/sign-in/code", { login: "admin", code, password, again: password });
  const set = await send("/set-up", { bureau: "测试局", region: "230100", units: "" });
  expect(set.status === 303, "the office is set up", set);
  const list = await send("/people/sso");
  const id = list.text.match(/\/people\/sso\/([0-9a-f-]{36})"/)?.[1];
  const officer = list.text.match(/<option value="([0-9a-f-]{36})"/)?.[1];
  expect(id && officer && list.text.includes("王建国"), "the administrator sees who waits", list);
  expect((await send(`/people/sso/${id}`, { officer })).status === 303, "and approves", list);
  delete jars[new URL(OFFICE).host];
  const again = await follow(await send("/sign-in/sso"));
  expect(again.text.includes("系统管理员") && again.text.includes("退出"), "the next sign-in opens the office", again);
  const out = await send("/sign-out", {});
  const left = await send(out.next);
  expect(left.text.includes("退出统一身份认证"), "signing out offers to sign out there too", left);
  const gone = await follow(await send("/sign-in/sso/leave"));
  expect(gone.status === 200, "the provider takes the sign-out", gone);
}
