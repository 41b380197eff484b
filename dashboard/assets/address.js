// The reader's choices in the address of the page. Reading them is the server's: view.py and the pages' layouts.
(function () {
  "use strict";

  // Fields that mean the same on every page.
  const SHARED = ["measure"];

  // The last query of each page, so that a link back to it keeps its choices.
  const queries = {};

  // Whether the page was just opened, and has not put its address in order yet.
  let isFresh = true;

  // In a name a comma and a percent sign are escaped, since commas part the names of a list.
  function escapeName(name) {
    return String(name).replace(/%/g, "%25").replace(/,/g, "%2C");
  }

  function encodeValue(value, most) {
    if (!Array.isArray(value)) {
      return String(value);
    }
    if (typeof value[0] === "number") {
      return value.join("-");
    }
    return value.slice(0, most).map(escapeName).join(",");
  }

  function toQuery(fields) {
    const parts = fields.map(function (field) {
      return field[0] + "=" + encodeURIComponent(field[1]).replace(/%2C/g, ",");
    });
    return parts.length ? "?" + parts.join("&") : "";
  }

  function isDefault(value, parameter) {
    return value === null || value === undefined || JSON.stringify(value) === JSON.stringify(parameter.default);
  }

  // Arguments: the value of each control, and the parameters that name them. Returns the query.
  function write() {
    const values = Array.from(arguments);
    const parameters = values.pop();
    const fields = [];
    parameters.forEach(function (parameter, index) {
      if (!isDefault(values[index], parameter)) {
        fields.push([parameter.name, encodeValue(values[index], parameter.most)]);
      }
    });
    const query = toQuery(fields);
    const path = window.location.pathname;
    if (parameters.length && query !== window.location.search) {
      // At first only what could not be understood or need not be said goes: that is no step to go back to.
      const change = isFresh ? "replaceState" : "pushState";
      window.history[change]({}, "", path + query + window.location.hash);
    }
    isFresh = false;
    queries[path] = query;
    return query;
  }

  // Another page is opened.
  function open() {
    isFresh = true;
  }

  // Arguments: the query of this page, and the links to all pages. Returns the links with what the pages share.
  function carry() {
    const links = Array.from(arguments);
    const shown = new URLSearchParams(links.shift() || "");
    const hrefs = links.map(function (link) {
      const path = link.split("?")[0];
      const query = new URLSearchParams(queries[path] || "");
      SHARED.forEach(function (name) {
        if (shown.has(name)) {
          query.set(name, shown.get(name));
        } else {
          query.delete(name);
        }
      });
      return path + toQuery(Array.from(query.entries()));
    });
    return hrefs.length === 1 ? hrefs[0] : hrefs;
  }

  // Dash builds a page anew when its address changes. Going back to another choice on the same page only sets the
  // controls, so the reader keeps focus and place. Dash listens in the bubbling phase, and so after this.
  window.addEventListener(
    "popstate",
    function (event) {
      if (window.location.pathname === window.dash_clientside.navigation.path && !window.location.hash) {
        event.stopImmediatePropagation();
        window.dash_clientside.set_props("address", {
          data: Object.fromEntries(new URLSearchParams(window.location.search)),
        });
      }
    },
    true
  );

  window.dash_clientside = Object.assign({}, window.dash_clientside, { address: { write: write, carry: carry, open: open } });
})();
