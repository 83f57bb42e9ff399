// Columns sorted by a button in their head: up, down, as printed. Numbers before words, blanks last, in both directions.
(() => {
  "use strict";
  const collator = new Intl.Collator("en", { numeric: true, sensitivity: "base" });
  const status = document.getElementById("ui-status");
  const number = "[-+]?(?:\\d+(?:\\.\\d+)?|\\.\\d+)(?:e[-+]?\\d+)?";
  const single = new RegExp(`^(<=|>=|<|>)?(${number})`, "i");
  const range = new RegExp(`^(${number})(?: to |;|,|\\.\\.\\.|–)(${number})`, "i");
  const hyphen = new RegExp(`^(${number})-(${number})$`, "i");
  const ties = { "<": -2, "<=": -1, ">=": 1, ">": 2 };

  const cleaned = (text) => text
    .replace(/[\u2212\u2010\u2011]/g, "-")
    .replace(/[\u00a0\u2009\u202f]/g, " ")
    .replace(/(\d)[ ,](?=\d{3}(?!\d))/g, "$1")
    .replace(/≤/g, "<=").replace(/≥/g, ">=")
    .replace(/([<>]=?) +/g, "$1")
    .replace(/ *([–;,]) */g, "$1")
    .trim();

  // [class, lowest value, how it bounds it, highest value]; class 0 = number, 1 = words, 2 = blank
  const key = (text, numeric) => {
    const clean = cleaned(text);
    if (!clean || /^[-–—]$/.test(clean)) return [2, 0, 0, 0, ""];
    if (!numeric) return [1, 0, 0, 0, clean];
    const bare = clean.replace(/^[[(]/, "");
    const pair = range.exec(bare) || hyphen.exec(bare.replace(/[\])]$/, ""));
    if (pair) return [0, Number(pair[1]), 0, Number(pair[2]), clean];
    const one = single.exec(bare);
    if (one) return [0, Number(one[2]), ties[one[1]] || 0, Number(one[2]), clean];
    return [1, 0, 0, 0, clean];
  };
  const compare = (a, b, direction) => a[0] - b[0]
    || direction * (a[1] - b[1] || a[2] - b[2] || a[3] - b[3] || collator.compare(a[4], b[4]));

  const prepare = (table) => {
    const body = table.tBodies[0];
    const heads = [...table.tHead.rows[0].cells];
    const printed = [...body.rows];
    const sort = (column, direction) => {
      const numeric = heads[column].classList.contains("numeric");
      const keyed = printed.map((row) => [key(row.cells[column].textContent, numeric), row]);
      if (direction) keyed.sort((a, b) => compare(a[0], b[0], direction));
      body.append(...keyed.map((pair) => pair[1]));
    };
    heads.forEach((head, column) => {
      const words = head.textContent.trim();
      const button = document.createElement("button");
      button.type = "button";
      if (head.querySelector("a") || !words) {
        button.setAttribute("aria-label", `Sort by ${words || "this column"}`);
        head.append(" ", button);
      } else {
        const label = document.createElement("span");
        label.append(...head.childNodes);
        button.append(label);
        head.append(button);
      }
      button.addEventListener("click", () => {
        const next = { ascending: "descending", descending: "" }[head.getAttribute("aria-sort")] ?? "ascending";
        for (const other of heads) other.removeAttribute("aria-sort");
        if (next) head.setAttribute("aria-sort", next);
        sort(column, { ascending: 1, descending: -1 }[next] || 0);
        status.textContent = next ? `Sorted by ${words}, ${next}.` : "Rows in the order of the report.";
      });
    });
  };
  for (const table of document.querySelectorAll("main table")) {
    if (table.tBodies[0].rows.length > 2) prepare(table);
  }
})();
