// One subject at a time, in every figure and patient table: by pointing at it, or by the buttons below a figure.
(() => {
  "use strict";
  const marks = [...document.querySelectorAll("[data-subject]")];
  if (!marks.length) return;
  const drawings = [...document.querySelectorAll("figure svg")];
  const buttons = [];
  let pinned = null;

  const name = (code) => new TextDecoder().decode(Uint8Array.from(code.match(/../g), (pair) => parseInt(pair, 16)));
  const show = (code) => {
    for (const mark of marks) mark.classList.toggle("single", mark.dataset.subject === code);
    for (const svg of drawings) svg.classList.toggle("singled", svg.querySelector(".single") !== null);
    for (const [button, its] of buttons) button.setAttribute("aria-pressed", String(its === pinned));
  };
  const pin = (code) => { pinned = pinned === code ? null : code; show(pinned); };

  const bar = (svg) => {
    const titles = new Map();
    for (const mark of svg.querySelectorAll("[data-subject]")) {
      const title = mark.querySelector("title");
      titles.set(mark.dataset.subject, title ? title.textContent : name(mark.dataset.subject));
    }
    if (titles.size < 2) return null;
    const group = document.createElement("div");
    group.className = "subjects";
    group.setAttribute("role", "group");
    group.setAttribute("aria-label", "Single out one patient in all figures");
    group.append("Single out patient");
    const order = new Intl.Collator("en", { numeric: true });
    for (const [code, title] of [...titles].sort((a, b) => order.compare(a[1], b[1]))) {
      const button = document.createElement("button");
      button.type = "button";
      button.textContent = title;
      button.addEventListener("click", () => pin(code));
      for (const kind of ["pointerenter", "focus"]) button.addEventListener(kind, () => show(code));
      for (const kind of ["pointerleave", "blur"]) button.addEventListener(kind, () => show(pinned));
      group.append(button);
      buttons.push([button, code]);
    }
    return group;
  };
  for (const svg of drawings) {
    const group = bar(svg);
    if (group) svg.closest(".drawing").after(group);
    svg.addEventListener("click", (event) => {
      const mark = event.target.closest("[data-subject]");
      if (mark) pin(mark.dataset.subject);
    });
  }
  for (const mark of marks) {
    mark.addEventListener("pointerenter", () => show(mark.dataset.subject));
    mark.addEventListener("pointerleave", () => show(pinned));
  }
  show(null);
})();
