// Runs before the page is drawn: the theme chosen earlier on this machine, when the browser lets a page remember.
(() => {
  "use strict";
  const root = document.documentElement;
  const key = "costim-theme";
  const known = (theme) => theme === "dark" || theme === "light";
  const remembered = () => { try { return localStorage.getItem(key); } catch { return null; } };
  const remember = (theme) => { try { localStorage.setItem(key, theme); } catch { /* nothing is kept */ } };
  const chosen = remembered();
  if (known(chosen)) root.dataset.theme = chosen;
  const system = matchMedia("(prefers-color-scheme: dark)");
  const isDark = () => (root.dataset.theme ? root.dataset.theme === "dark" : system.matches);
  document.addEventListener("DOMContentLoaded", () => {
    const button = document.getElementById("ui-theme");
    const show = () => button.setAttribute("aria-pressed", String(isDark()));
    button.addEventListener("click", () => {
      root.dataset.theme = isDark() ? "light" : "dark";
      remember(root.dataset.theme);
      show();
    });
    system.addEventListener("change", show);
    button.hidden = false;
    show();
  });
})();
