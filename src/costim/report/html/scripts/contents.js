// Marks the section being read in the table of contents.
(() => {
  "use strict";
  const links = [...document.querySelectorAll(".contents li a")];
  const sections = links.map((link) => document.getElementById(decodeURIComponent(link.hash.slice(1))));
  let asked = null; // a section asked for by a link stays marked until the reader scrolls on

  const reading = () => {
    const line = innerHeight * 0.3;
    let last = 0;
    sections.forEach((section, i) => { if (section.getBoundingClientRect().top <= line) last = i; });
    return last;
  };
  const mark = () => {
    const current = asked ?? reading();
    links.forEach((link, i) => {
      if (i === current) link.setAttribute("aria-current", "location");
      else link.removeAttribute("aria-current");
    });
  };
  const askedFor = (hash) => {
    const found = links.findIndex((link) => link.hash === hash);
    asked = found < 0 ? null : found;
  };

  let waiting = false;
  addEventListener("scroll", () => {
    if (waiting) return;
    waiting = true;
    requestAnimationFrame(() => { waiting = false; mark(); });
  }, { passive: true });
  for (const kind of ["wheel", "touchmove", "keydown", "pointerdown"]) {
    addEventListener(kind, () => { asked = null; }, { passive: true });
  }
  addEventListener("resize", mark);
  addEventListener("hashchange", () => { askedFor(location.hash); mark(); });
  links.forEach((link, i) => link.addEventListener("click", () => { asked = i; mark(); }));
  askedFor(location.hash);
  mark();
})();
