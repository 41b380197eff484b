// Mends what Dash 4.4's dropdown and radio buttons tell to screen readers:
// - Their lists say that they are listboxes of options, but every option holds a radio button or a checkbox, and these
//   are what works: https://www.w3.org/TR/wai-aria-1.2/#option allows nothing interactive in an option.
// - The dropdown's popup is a dialog without a name.
// - The dropdown takes the focus with an input that is hidden from screen readers, in front of its button.
// https://github.com/plotly/dash/blob/v4.4.1/components/dash-core-components/src/utils/optionRendering.tsx
// https://github.com/plotly/dash/blob/v4.4.1/components/dash-core-components/src/fragments/Dropdown.tsx
(function () {
  "use strict";

  function mend(root) {
    root.querySelectorAll(".dash-options-list[role=listbox]").forEach((list) => list.removeAttribute("role"));
    root.querySelectorAll(".dash-options-list-option[aria-selected]").forEach(function (option) {
      option.removeAttribute("role");
      option.removeAttribute("aria-selected");
    });
    root.querySelectorAll(".dash-dropdown-content:not([aria-label])").forEach(function (popup) {
      popup.setAttribute("aria-label", popup.querySelector("input[type=search]")?.placeholder || "Options");
    });
    root.querySelectorAll(".dash-dropdown-focus-target:not(:disabled)").forEach(function (input) {
      input.disabled = true;
      input.nextElementSibling.tabIndex = 0;
    });
    root.querySelectorAll(".dash-dropdown-search:not([aria-label])").forEach(function (input) {
      input.setAttribute("aria-label", input.placeholder);
    });
  }

  // Dash writes "aria-selected" again with each choice.
  new MutationObserver(() => mend(document)).observe(document.documentElement, {
    subtree: true,
    childList: true,
    attributeFilter: ["aria-selected"],
  });
})();
