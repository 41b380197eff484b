// Tells the reader when this page and the server do not go together any more: after a release, without a connection,
// signed out. release.py says how a page knows its version, and why it asks again before it says anything.
(function () {
  "use strict";

  const VERSION_HEADER = "Dashboard-Version";
  const PAUSES_MS = [200, 600, 1500];
  // How long, and how often in a row, only another version must have answered before a reload is suggested.
  const SETTLE_MS = 60000;
  const SETTLE_ANSWERS = 3;
  const GATEWAY_ERRORS = [502, 503, 504];

  // The most urgent first; the first one that is on is shown.
  const NOTICES = {
    signedOut: { role: "alert", text: "You are signed out. Reload the page to sign in again.", reload: true },
    outdated: {
      role: "alert",
      text: "This dashboard was updated, and this page is still the old one. Reload it to go on.",
      reload: true,
    },
    unreachable: {
      role: "status",
      text: "The server cannot be reached. This page goes on by itself when it is back.",
    },
    lost: {
      role: "alert",
      text: "The server could not carry out your last change. Try again, or reload the page.",
      reload: true,
    },
    newVersion: { role: "status", text: "There is a new version of this dashboard.", reload: true, later: true },
  };

  const ownVersion = document.querySelector('meta[name="dashboard-version"]').content;
  const send = window.fetch.bind(window);
  const on = {};
  let ownAnsweredAt = Date.now();
  let othersInARow = 0;
  let isLeaving = false;

  function isOther(response) {
    const version = response.headers.get(VERSION_HEADER);
    return version !== null && version !== ownVersion;
  }

  // What the page is made of, as opposed to a callback's answer.
  function isDescription(path) {
    return /\/_dash-(layout|dependencies)$/.test(path);
  }

  // A clock's callback is asked again anyway.
  function isTick(options) {
    return /"changedPropIds":\["[^"]*\.n_intervals"\]/.test((options && options.body) || "");
  }

  function isUnusable(path, response) {
    return isOther(response) && (isDescription(path) || (response.status >= 400 && response.status < 500));
  }

  async function ask(path, resource, options) {
    // A redirect can only be the load balancer's, to a page for signing in, where no answer can come from.
    const request = Object.assign({}, options, { redirect: "manual" });
    let response = await send(resource, request);
    for (const pause of PAUSES_MS) {
      if (on.outdated || response.status === 401 || !isUnusable(path, response)) {
        break;
      }
      // Not in step with other callbacks, or a load balancer that takes turns would send each to the same task again.
      const wait = pause * (0.5 + Math.random());
      await new Promise((resolve) => setTimeout(resolve, wait));
      response = await send(resource, request);
    }
    return response;
  }

  function judge(path, options, response) {
    if (response.type === "opaqueredirect" || response.status === 401) {
      on.signedOut = true;
      return;
    }
    on.signedOut = false;
    if (GATEWAY_ERRORS.includes(response.status)) {
      noteUnreachable(path, options);
      return;
    }
    on.unreachable = false;
    if (isUnusable(path, response)) {
      on.outdated = true;
    } else if (!isTick(options)) {
      on.lost = response.status >= 400;
    }
    if (isOther(response)) {
      othersInARow += 1;
      on.newVersion = othersInARow >= SETTLE_ANSWERS && Date.now() - ownAnsweredAt > SETTLE_MS;
    } else {
      othersInARow = 0;
      ownAnsweredAt = Date.now();
      on.newVersion = false;
    }
  }

  function noteUnreachable(path, options) {
    on.unreachable = true;
    // Shown once the server is back: until then the reader knows.
    on.lost = on.lost || !isTick(options);
  }

  window.fetch = async function (resource, options) {
    const url = new URL(resource instanceof Request ? resource.url : resource, window.location.href);
    if (url.origin !== window.location.origin || !url.pathname.includes("/_dash-")) {
      return send(resource, options);
    }
    try {
      const response = await ask(url.pathname, resource, options);
      judge(url.pathname, options, response);
      return response;
    } catch (error) {
      // The browser cuts requests when the reader leaves, and Dash's own code those it does not need any more.
      if (!isLeaving && error.name !== "AbortError") {
        noteUnreachable(url.pathname, options);
      }
      throw error;
    } finally {
      show();
    }
  };

  // Screen readers announce changes only of elements that were there before.
  const places = {};
  ["alert", "status"].forEach((role) => {
    places[role] = document.createElement("div");
    places[role].className = "server-notice";
    places[role].setAttribute("role", role);
    document.body.append(places[role]);
  });
  let shown = null;
  let isPutOff = false;

  function button(label, action) {
    const element = document.createElement("button");
    element.type = "button";
    element.textContent = label;
    element.addEventListener("click", action);
    return element;
  }

  function show() {
    const name = Object.keys(NOTICES).find((key) => on[key] && !(NOTICES[key].later && isPutOff)) || null;
    if (name === shown) {
      return;
    }
    shown = name;
    Object.values(places).forEach((place) => place.replaceChildren());
    if (name === null) {
      return;
    }
    const notice = NOTICES[name];
    const text = document.createElement("p");
    text.textContent = notice.text;
    places[notice.role].append(text);
    if (notice.reload) {
      places[notice.role].append(button("Reload", () => window.location.reload()));
    }
    if (notice.later) {
      places[notice.role].append(
        button("Later", () => {
          isPutOff = true;
          show();
        })
      );
    }
  }

  window.addEventListener("pagehide", () => {
    isLeaving = true;
  });
  window.addEventListener("pageshow", () => {
    isLeaving = false;
  });
})();
