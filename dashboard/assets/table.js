// The table of what the figure shows, made from the figure itself, and only while it is open.
(function () {
  "use strict";

  function element(type, children, properties) {
    return {
      namespace: "dash_html_components",
      type: type,
      props: Object.assign({ children: children }, properties),
    };
  }

  // The figure's names are escaped for Plotly: figures/style.py, literal().
  function plain(text) {
    return text.replace(/&lt;/g, "<").replace(/&gt;/g, ">").replace(/&amp;/g, "&");
  }

  function build(figure, title) {
    const columns = figure.data.map(function (trace) {
      return { name: plain(trace.name), values: new Map(trace.x.map((year, index) => [year, trace.y[index]])) };
    });
    const years = Array.from(new Set(columns.flatMap((column) => Array.from(column.values.keys()))));
    years.sort((a, b) => a - b);
    const decimals = Number(figure.layout.yaxis.hoverformat.match(/\.(\d+)f/)[1]);
    const number = new Intl.NumberFormat("en", { minimumFractionDigits: decimals, maximumFractionDigits: decimals });
    const unit = plain(figure.layout.annotations[0].text).toLowerCase();

    const head = ["Year"].concat(columns.map((column) => column.name)).map((name) => element("Th", name, { scope: "col" }));
    const rows = years.map(function (year) {
      const cells = columns.map(function (column) {
        return element("Td", column.values.has(year) ? number.format(column.values.get(year)) : "–");
      });
      return element("Tr", [element("Th", String(year), { scope: "row" })].concat(cells));
    });
    const table = element("Table", [
      element("Caption", title + ", in " + unit),
      element("Thead", element("Tr", head)),
      element("Tbody", rows),
    ]);
    // A wide table scrolls on its own, with the keyboard too.
    return element("Div", table, { className: "table-scroll", tabIndex: 0, role: "region", "aria-label": "Table" });
  }

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    table: {
      // Returns the table, whether it is hidden, and the state and the text of the button that opens it.
      show: function (clicks, figure, title) {
        if (!clicks || clicks % 2 === 0) {
          return [null, true, "false", "Show as table"];
        }
        const content = figure.data.length ? build(figure, title) : element("P", "Nothing is shown.");
        return [content, false, "true", "Hide table"];
      },
    },
  });
})();
