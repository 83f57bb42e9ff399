// Long listings start folded; whatever a link or a printer needs is unfolded first.
(() => {
  "use strict";
  const folds = [...document.querySelectorAll("details.fold")];
  const contents = document.querySelector("details.toc");
  const narrow = matchMedia("(max-width: 63.99rem)");
  const target = (hash) => hash.length > 1 && document.getElementById(decodeURIComponent(hash.slice(1)));

  const unfold = (element) => {
    const fold = element && element.closest("details.fold");
    if (fold && !fold.open) fold.open = true;
    const row = element && element.closest("tr[hidden]");
    if (row) row.closest(".table").dispatchEvent(new CustomEvent("showall"));
  };

  const arrive = () => {
    const element = target(location.hash);
    if (!element) return;
    unfold(element);
    element.scrollIntoView({ block: element.matches("tr") ? "center" : "start" });
  };

  for (const fold of folds) fold.open = false;
  const shape = () => { contents.open = !narrow.matches; };
  shape();
  narrow.addEventListener("change", shape);
  document.addEventListener("click", (event) => {
    const link = event.target.closest('a[href^="#"]');
    if (link && !event.defaultPrevented) unfold(target(link.hash));
  });
  addEventListener("hashchange", arrive);
  addEventListener("beforeprint", () => { for (const fold of folds) fold.open = true; });
  if (location.hash) arrive();
})();
