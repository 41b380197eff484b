// Light or dark. Loaded in the head of the page, before anything is drawn, so that the page never flashes.
// Without a choice of the reader's the page follows the system: theme.css.
(function () {
  "use strict";

  // Dash loads every script of this folder, and so this one again.
  if (window.dash_clientside && window.dash_clientside.theme) {
    return;
  }

  const KEY = "theme";
  const systemIsDark = window.matchMedia("(prefers-color-scheme: dark)");

  function isDark() {
    const chosen = document.documentElement.dataset.theme;
    return chosen ? chosen === "dark" : systemIsDark.matches;
  }

  function apply(theme) {
    // What the system prefers needs no choice: then the page goes on following the system.
    if ((theme === "dark") === systemIsDark.matches) {
      delete document.documentElement.dataset.theme;
    } else if (theme === "dark" || theme === "light") {
      document.documentElement.dataset.theme = theme;
    }
  }

  // Storage may be forbidden: then the choice lasts as long as the page.
  function remember(theme) {
    try {
      localStorage.setItem(KEY, theme);
    } catch (error) {}
  }

  try {
    apply(localStorage.getItem(KEY));
  } catch (error) {}

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    theme: {
      // The button is pressed when the page is dark; it has not been clicked when the page opens.
      toggle: function (clicks) {
        if (clicks) {
          const theme = isDark() ? "light" : "dark";
          apply(theme);
          remember(theme);
        }
        return String(isDark());
      },
    },
  });

  systemIsDark.addEventListener("change", function () {
    window.dash_clientside.set_props("theme-toggle", { "aria-pressed": String(isDark()) });
  });
})();
