// The address of the page into the clipboard.
(function () {
  "use strict";

  // Browsers give the clipboard only to pages over HTTPS or on localhost; the old way works over HTTP, too.
  function copyTheOldWay(text) {
    const field = document.createElement("textarea");
    field.value = text;
    field.setAttribute("readonly", "");
    field.className = "offscreen";
    document.body.append(field);
    field.select();
    const done = document.execCommand("copy");
    field.remove();
    return done;
  }

  async function copy(text) {
    try {
      await navigator.clipboard.writeText(text);
      return true;
    } catch (error) {
      const focused = document.activeElement;
      const done = copyTheOldWay(text);
      focused.focus();
      return done;
    }
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    clipboard: {
      copyLink: async function (clicks) {
        const done = await copy(window.location.href);
        window.setTimeout(function () {
          window.dash_clientside.set_props("copy-link-status", { children: "" });
        }, 4000);
        return done ? "Link copied." : "Copy it from the address bar.";
      },
    },
  });
})();
