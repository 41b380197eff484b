// What Dash's links do not do: say which page is shown, and move the focus to a page that was just opened.
(function () {
  "use strict";

  const navigation = {
    path: undefined,

    mark: function (path) {
      document.querySelectorAll(".bar nav a").forEach(function (link) {
        if (new URL(link.href).pathname === path) {
          link.setAttribute("aria-current", "page");
        } else {
          link.removeAttribute("aria-current");
        }
      });
      if (navigation.path !== undefined && navigation.path !== path) {
        document.getElementById("content").focus({ preventScroll: true });
      }
      if (navigation.path !== path) {
        window.dash_clientside.address.open();
      }
      navigation.path = path;
      return window.dash_clientside.no_update;
    },
  };

  window.dash_clientside = Object.assign({}, window.dash_clientside, { navigation: navigation });
})();
