// Clicking a number shows where it comes from, beside the text; Escape or Close goes back to the number.
(() => {
  "use strict";
  const panel = document.getElementById("ui-panel");
  const title = document.getElementById("ui-panel-title");
  const body = document.getElementById("ui-panel-body");
  let opener = null;

  const close = () => {
    if (!panel.open) return;
    const held = panel.contains(document.activeElement);
    panel.close();
    if (opener) opener.removeAttribute("aria-expanded");
    if (held && opener) opener.focus();
    opener = null;
  };
  const open = (link, ref, field) => {
    const content = costimRows.describe(ref, field.split("+"));
    if (!content) return false;
    if (opener) opener.removeAttribute("aria-expanded");
    opener = link;
    if (link.matches("a")) link.setAttribute("aria-expanded", "true");
    title.textContent = `Where ${link.matches("a") ? link.textContent : "this mark"} comes from`;
    body.replaceChildren(content);
    panel.scrollTop = 0;
    if (!panel.open) panel.show();
    title.focus();
    return true;
  };

  document.addEventListener("click", (event) => {
    const plain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    const link = event.target.closest("a, [data-effect]");
    if (!plain || !link) return;
    if (link.dataset.effect) open(link, link.dataset.effect, "");
    else if (link.matches("a.num") && open(link, link.dataset.ref, link.dataset.field)) event.preventDefault();
    else if (panel.contains(link)) {
      const row = document.getElementById(link.hash.slice(1));
      if (!row) return;
      opener.removeAttribute("aria-expanded");
      opener = row;
      row.tabIndex = -1;
      if (matchMedia("(max-width: 47.99rem)").matches) panel.close();
    }
  }, { capture: true });
  document.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
  // whatever has the focus must be in sight: the panel gives way
  document.addEventListener("focusin", (event) => {
    if (!panel.open || panel.contains(event.target)) return;
    const [own, other] = [panel.getBoundingClientRect(), event.target.getBoundingClientRect()];
    if (other.left >= own.left && other.right <= own.right && other.bottom > own.top) close();
  });
  document.getElementById("ui-panel-close").addEventListener("click", close);
})();
