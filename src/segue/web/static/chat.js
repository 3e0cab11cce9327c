// What htmx cannot do: show one's own message at once and send it until it has arrived, and say honestly how
// the connection is. Everything that comes from the desk is drawn by the server and put in place by htmx.
(() => {
  "use strict";
  const $ = (id) => document.getElementById(id);
  const main = document.querySelector("main[data-conversation]");
  const form = $("composer"), field = $("text"), log = $("log"), scroller = $("scroll"), feed = $("feed");
  const offline = $("offline"), newest = $("newest"), count = $("count");
  const box = `segue.outbox.${main.dataset.conversation}`, draft = `segue.draft.${main.dataset.conversation}`;
  const longest = Number(field.dataset.longest);
  const touch = matchMedia("(pointer: coarse)").matches;

  // Times, where the reader is

  const language = document.documentElement.lang;
  const locale = navigator.languages.find((one) => one.split("-")[0] === language) ?? language;
  const clock = new Intl.DateTimeFormat(locale, { timeStyle: "short" });
  const calendar = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
  const tellTimes = () => {
    for (const time of log.querySelectorAll("time:not([data-told])")) {
      const at = new Date(time.dateTime);
      time.textContent = (at.toDateString() === new Date().toDateString() ? clock : calendar).format(at);
      time.dataset.told = "";
    }
  };

  // Scrolling: stay at the end while the reader is there, and leave the reader alone otherwise

  const atEnd = () => scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 80;
  const toEnd = () => { scroller.scrollTop = scroller.scrollHeight; newest.hidden = true; };
  let wasAtEnd = true;
  scroller.addEventListener("scroll", () => { wasAtEnd = atEnd(); if (wasAtEnd) newest.hidden = true; }, { passive: true });
  new ResizeObserver(() => { if (wasAtEnd) toEnd(); }).observe(scroller);
  newest.addEventListener("click", () => { toEnd(); field.focus(); });

  // The outbox: what was written and has not arrived yet. It is kept across a reload of the page

  let outbox = JSON.parse(sessionStorage.getItem(box) || "[]");
  let busy = false, wake = () => {};
  const keep = () => sessionStorage.setItem(box, JSON.stringify(outbox));
  const later = (ms) => new Promise((done) => { wake = done; setTimeout(done, ms); });

  const draw = (entry) => {
    if ($(`m-${entry.id}`)) return;
    const article = $("own").content.firstElementChild.cloneNode(true);
    article.id = `m-${entry.id}`;
    article.dataset.state = "sending";
    article.querySelector(".bubble").textContent = entry.text;
    article.querySelector(".again").addEventListener("click", () => {
      article.remove();
      field.value = entry.text;
      typed();
      field.focus();
    });
    log.append(article);
    mark(entry, "sending");
    toEnd();
  };

  const mark = (entry, state, why) => {
    const note = $(`m-${entry.id}`)?.querySelector(".state");
    if (!note) return; // the server's own version stands there already
    note.textContent = [note.dataset[state], why].filter(Boolean).join(" ");
    note.closest("article").dataset.state = state;
    note.parentElement.querySelector(".again").hidden = state !== "failed";
  };

  const deliver = async (entry) => {
    const body = new URLSearchParams({ message_id: entry.id, text: entry.text });
    const headers = { Accept: "application/json" };
    const response = await fetch(form.action, { method: "POST", body, headers, signal: AbortSignal.timeout(20000) });
    if (response.status >= 500 || response.status === 429) throw new Error(response.status);
    return response.ok ? null : (await response.json().catch(() => ({}))).detail || String(response.status);
  };

  const pump = async () => {
    if (busy) return;
    busy = true;
    for (let tries = 0; outbox.length;) {
      const entry = outbox[0];
      try {
        const refused = await deliver(entry);
        mark(entry, refused === null ? "sent" : "failed", refused);
        outbox.shift();
        keep();
        tries = 0;
      } catch {
        for (const waiting of outbox) mark(waiting, "waiting");
        tries += 1;
        await later(Math.min(500 * 2 ** tries, 5000));
      }
    }
    busy = false;
  };

  // Writing

  const typed = () => {
    sessionStorage.setItem(draft, field.value);
    const over = [...field.value].length - longest;
    count.textContent = over > 0 ? count.dataset.text.replace("{n}", over.toLocaleString(locale)) : "";
    return over <= 0;
  };
  const say = (text) => {
    const id = Array.from(crypto.getRandomValues(new Uint8Array(12)), (byte) => byte.toString(16).padStart(2, "0")).join("");
    const entry = { id, text };
    outbox.push(entry);
    keep();
    draw(entry);
    pump();
  };

  form.addEventListener("submit", (event) => {
    event.preventDefault();
    const text = field.value.trim();
    if (!text || !typed()) return field.focus();
    field.value = "";
    typed();
    say(text);
    field.focus();
  });
  field.addEventListener("input", typed);
  field.addEventListener("keydown", (event) => {
    if (event.key === "Enter" && !event.shiftKey && !event.isComposing && !touch) {
      event.preventDefault();
      form.requestSubmit();
    }
  });
  for (const button of document.querySelectorAll("[data-say]")) {
    button.addEventListener("click", () => { say(button.dataset.say); field.focus(); });
  }

  // The connection

  let connection = null, heard = Date.now(), telling = 0, over = false, shown = 0;
  const interrupted = () => {
    telling ||= setTimeout(() => { if (!over) offline.textContent = offline.dataset.text; }, 1200);
  };
  const connected = () => {
    clearTimeout(telling);
    telling = 0;
    offline.textContent = "";
    $("trouble").textContent = "";
    heard = Date.now();
    wake(); // what could not be sent may go now
  };
  const lost = (status) => {
    if (status !== 403 && status !== 404) return interrupted();
    over = true;
    offline.textContent = offline.dataset.gone;
    feed.remove();
  };

  feed.addEventListener("htmx:sse:before:connection", (event) => {
    connection = event.detail.connection;
    if (connection.attempt > 0) interrupted();
  });
  feed.addEventListener("htmx:sse:after:connection", connected);
  feed.addEventListener("htmx:sse:error", (event) => lost(event.detail.status));
  feed.addEventListener("htmx:before:swap", (event) => {
    if (event.detail.ctx?.response?.status >= 400) event.preventDefault();
    heard = Date.now();
    wasAtEnd = atEnd();
    shown = log.childElementCount;
    // The server's version of a message of one's own stands where it belongs, not where it was drawn.
    for (const task of event.detail.tasks ?? []) {
      for (const item of task.fragment.children) if ($(item.id)?.dataset.state) $(item.id).remove();
    }
  });
  feed.addEventListener("htmx:after:swap", () => {
    tellTimes();
    if (wasAtEnd) toEnd();
    else if (log.childElementCount > shown) newest.hidden = false;
  });
  feed.addEventListener("beat", () => { heard = Date.now(); });
  const again = (event) => {
    lost(event.detail?.ctx?.response?.status);
    if (!over) setTimeout(() => htmx.trigger(feed, "again"), 2000);
  };
  for (const name of ["htmx:error", "htmx:response:error", "htmx:sse:close"]) feed.addEventListener(name, again);
  setInterval(() => {
    if (document.hidden || Date.now() - heard < 45000) return;
    heard = Date.now();
    connection?.reader?.cancel(); // a line that is silent for so long is dead; htmx connects anew
  }, 5000);
  const hurry = () => { wake(); connection?.delayCanceller?.(); };
  addEventListener("online", hurry);

  // Begin

  tellTimes();
  field.value = sessionStorage.getItem(draft) || field.value;
  typed();
  outbox.forEach(draw);
  pump();
  toEnd();
  if (!touch) field.focus();
})();
