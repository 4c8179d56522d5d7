// The terminal measures its letters when it starts, so the font must be there first; once connected it gets the keys.
"use strict";
window.addEventListener("load", () => {
  const toTerminal = () => {
    const classes = document.body.classList;
    if (classes.contains("-loaded") && !classes.contains("-closed"))
      document.querySelector(".xterm-helper-textarea").focus();
  };
  new MutationObserver(toTerminal).observe(document.body, {attributeFilter: ["class"]});
  document.fonts.load('16px "Roboto Mono"').finally(() => {
    const script = document.createElement("script");
    script.src = "/static/textual.js";
    script.onload = () => window.onload(new Event("load"));
    document.head.append(script);
  });
});
