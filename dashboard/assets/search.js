// Where there are more countries than a page can hold, the text that is searched for goes to the server.
(function () {
  "use strict";

  window.dash_clientside = Object.assign({}, window.dash_clientside, {
    search: {
      ask: function (text, onServer) {
        return onServer ? text || "" : window.dash_clientside.no_update;
      },
    },
  });
})();
