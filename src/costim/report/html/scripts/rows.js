// A row as a small block of the panel: its fields, its flags in words, the cells it was read from.
const costimRows = (() => {
  "use strict";
  const read = (id) => JSON.parse(document.getElementById(id).textContent);
  let data = null;
  const all = () => (data ??= { ...read("rows-data"), ...read("cells-data") });

  const make = (tag, text, kind) => {
    const element = document.createElement(tag);
    if (text !== undefined) element.textContent = text;
    if (kind) element.className = kind;
    return element;
  };
  const printed = (value) => {
    if (Array.isArray(value)) return value.join("; ");
    if (value === true) return "yes";
    return String(value).replace(/^-(?=[\d.∞])/, "−");
  };
  const jump = (id, text) => {
    const link = make("a", text);
    link.href = `#${id}`;
    return link;
  };

  const fields = (row, leftOut, asked) => {
    const list = make("dl");
    for (const [name, value] of Object.entries(row)) {
      if (leftOut.includes(name)) continue;
      const kind = asked.includes(name) ? "asked" : "";
      list.append(make("dt", all().fields[name] || name, kind), make("dd", printed(value), kind));
    }
    return list;
  };
  const flags = (row) => {
    const list = make("ul", undefined, "soft");
    for (const code of row.flags || []) list.append(make("li", all().flags[code] || code));
    return list;
  };
  const cells = (row) => {
    const list = make("ul");
    for (const id of row.cells || []) {
      const cell = all().cells[id];
      const item = make("li");
      if (cell) {
        const sheet = cell.sheet ? `, sheet ${cell.sheet}` : "";
        item.append(
          document.getElementById(cell.anchor) ? jump(cell.anchor, cell.file) : cell.file,
          `${sheet}, row ${cell.row}, column ${cell.column}: `,
          make("q", cell.found),
        );
      } else item.append(id);
      list.append(item);
    }
    return list;
  };
  const label = (row) => all().parameters[row.parameter] || row.parameter;
  const value = (row) => {
    const shown = row.value ?? row.text ?? (row.missing ? row.missing.replace(/_/g, " ") : undefined);
    const bounds = [row.lower, row.upper].filter((limit) => limit !== undefined);
    return `${printed(shown ?? (bounds.length === 2 ? bounds.map(printed).join(" to ") : `${row.relation || ""} ${bounds}`))} ${row.unit || ""}`.trim();
  };

  const measurement = (id, asked) => {
    const row = all().measurements[id];
    const block = make("div");
    if (row.missing && row.value === undefined) block.append(make("p", "No value; the reason stands below.", "soft"));
    block.append(fields(row, ["cells", "flags", "parameter"], asked), flags(row), make("p", "Input cells", "soft"), cells(row));
    block.append(jump(id, "Row in the appendix"));
    return block;
  };
  const folded = (id) => {
    const row = all().measurements[id];
    const fold = make("details");
    const words = [`Patient ${row.subject}`, label(row), row.visit, row.timepoint, row.item, value(row)].filter(Boolean).join(" · ");
    fold.append(make("summary", words));
    fold.addEventListener("toggle", () => {
      if (fold.open && fold.children.length === 1) fold.append(measurement(id, []));
    });
    return fold;
  };
  const effect = (id, asked) => {
    const row = all().effects[id];
    const block = make("div");
    block.append(make("h3", label(row)), make("p", all().methods[row.method] || row.method, "soft"));
    block.append(fields(row, ["measurements", "flags", "parameter"], asked), flags(row), jump(id, "Row in the appendix"));
    const known = (row.measurements || []).filter((name) => all().measurements[name]);
    block.append(make("h3", "Rests on these measurements"));
    if (!known.length) block.append(make("p", "None: the row was made from the plan or from a printed result.", "soft"));
    for (const name of known) block.append(folded(name));
    return block;
  };
  const describe = (id, asked) => {
    if (all().effects[id]) return effect(id, asked);
    if (!all().measurements[id]) return null;
    const block = make("div");
    block.append(make("h3", label(all().measurements[id])), measurement(id, asked));
    return block;
  };
  return { describe };
})();
