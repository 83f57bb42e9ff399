// A box above long tables that keeps the rows holding every typed word.
(() => {
  "use strict";
  const LONG = 15;
  let number = 0;
  for (const block of document.querySelectorAll(".table")) {
    const rows = [...block.querySelectorAll("tbody tr")];
    if (rows.length < LONG) continue;
    number += 1;
    const id = `ui-filter-${number}`;
    const bar = document.createElement("div");
    const label = document.createElement("label");
    const input = document.createElement("input");
    const count = document.createElement("output");
    bar.className = "filter";
    label.htmlFor = id;
    label.textContent = "Filter rows";
    input.id = id;
    input.type = "search";
    input.autocomplete = "off";
    count.htmlFor = id;
    let texts = null; // read at the first keystroke: listings may be long
    const apply = () => {
      texts ??= rows.map((row) => row.textContent.toLowerCase());
      const words = input.value.toLowerCase().split(/\s+/).filter(Boolean);
      let shown = 0;
      rows.forEach((row, i) => {
        row.hidden = !words.every((word) => texts[i].includes(word));
        shown += row.hidden ? 0 : 1;
      });
      count.textContent = words.length ? `${shown} of ${rows.length} rows` : `${rows.length} rows`;
    };
    input.addEventListener("input", apply);
    block.addEventListener("showall", () => { input.value = ""; apply(); });
    count.textContent = `${rows.length} rows`;
    bar.append(label, input, count);
    block.prepend(bar);
  }
  // a frame that does not scroll need not be a stop of the Tab key
  const frames = [...document.querySelectorAll(".scroll")];
  const fit = (frame) => {
    const wide = frame.scrollWidth > frame.clientWidth + 1 || frame.scrollHeight > frame.clientHeight + 1;
    if (wide) frame.setAttribute("tabindex", "0");
    else frame.removeAttribute("tabindex");
  };
  const watch = new ResizeObserver((entries) => { for (const entry of entries) fit(entry.target); });
  for (const frame of frames) watch.observe(frame);
})();
