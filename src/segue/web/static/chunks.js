// What the desk says while the reader looks on comes a few words at a time, quickly. The whole text stands in the page
// from the first moment and only its paint is held back, by a highlight: nothing moves while it comes, nothing has to
// be put together, and a screen reader gets it once and whole. What a browser cannot do so, it shows at once.
(() => {
  "use strict";
  if (!CSS.highlights || !Intl.Segmenter) return;
  const log = document.getElementById("log"), view = document.getElementById("scroll");
  // With forced colours a highlight is painted like a selection.
  const wanted = matchMedia("(prefers-reduced-motion: no-preference) and (forced-colors: none)");
  const words = new Intl.Segmenter(document.documentElement.lang, { granularity: "word" });
  const coming = new Highlight();
  CSS.highlights.set("coming", coming);

  const CHUNK = 14; // characters, at least; a word is never cut
  const PACE = 5; // milliseconds for a character
  const LONGEST = 900; // milliseconds, however long the text is

  // Where a chunk ends: [text node, offset], in order
  const ends = (bubble) => {
    const found = [], texts = document.createTreeWalker(bubble, NodeFilter.SHOW_TEXT);
    let length = 0;
    for (let text; (text = texts.nextNode());) {
      for (const { index, segment } of words.segment(text.data)) {
        length += segment.length;
        if (length >= CHUNK) {
          found.push([text, index + segment.length]);
          length = 0;
        }
      }
    }
    return found;
  };

  let run = 0; // which text is coming; the one before is all there when another comes
  const all = () => { run += 1; coming.clear(); };
  const show = (bubble) => {
    all();
    if (bubble.offsetHeight > view.clientHeight) return; // it begins out of sight
    const mine = run, steps = ends(bubble), lasts = Math.min(bubble.textContent.length * PACE, LONGEST);
    const rest = document.createRange();
    rest.selectNodeContents(bubble);
    let begun = null;
    const step = (now) => {
      if (mine !== run) return;
      begun ??= now;
      const next = Math.floor((now - begun) / lasts * steps.length);
      if (next >= steps.length) return all();
      rest.setStart(...steps[next]);
      requestAnimationFrame(step);
    };
    if (!steps.length) return;
    rest.setStart(...steps[0]);
    coming.add(rest);
    requestAnimationFrame(step);
  };

  document.addEventListener("visibilitychange", () => { if (document.hidden) all(); });
  wanted.addEventListener("change", all);
  // An observer is told before anything is painted: nobody sees the end flash up before the beginning.
  new MutationObserver(() => {
    const live = [...log.querySelectorAll("[data-live]")];
    for (const item of live) item.removeAttribute("data-live");
    if (live.length && wanted.matches && !document.hidden) show(live.at(-1).querySelector(".bubble"));
  }).observe(log, { childList: true });
})();
