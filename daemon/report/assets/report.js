// Filters the rows by the words typed, and copies commands. The page is whole without it.
(() => {
  "use strict";
  const bar = document.querySelector(".search");
  const box = bar.querySelector("input");
  const count = bar.querySelector("output");
  const rows = [...document.querySelectorAll("[data-row]")].map((element) => ({
    element,
    text: `${element.textContent} ${element.dataset.row}`.toLowerCase(),
  }));
  const groups = [...document.querySelectorAll("[data-group]")].map((element) => ({
    element,
    rows: [...element.querySelectorAll("[data-row]")],
  }));

  const filter = () => {
    const words = box.value.toLowerCase().split(/\s+/).filter(Boolean);
    let found = 0;
    for (const row of rows) {
      const matches = words.every((word) => row.text.includes(word));
      row.element.hidden = !matches;
      if (matches) found += 1;
    }
    for (const group of groups) {
      group.element.hidden = words.length > 0 && group.rows.every((row) => row.hidden);
      if (words.length > 0 && group.element.tagName === "DETAILS") group.element.open = true;
    }
    count.textContent = words.length > 0 ? `${found} of ${rows.length}` : "";
  };

  let timer = 0;
  box.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(filter, rows.length > 2000 ? 150 : 0);
  });
  document.addEventListener("keydown", (event) => {
    if (event.key === "/" && document.activeElement !== box) {
      event.preventDefault();
      box.focus();
    } else if (event.key === "Escape" && document.activeElement === box) {
      box.value = "";
      filter();
    }
  });
  bar.hidden = rows.length === 0;
  filter();

  for (const command of document.querySelectorAll(".command")) {
    const button = document.createElement("button");
    button.type = "button";
    button.textContent = "Copy";
    button.addEventListener("click", async () => {
      const code = command.querySelector("code");
      try {
        await navigator.clipboard.writeText(code.textContent);
        button.textContent = "Copied";
      } catch {
        getSelection().selectAllChildren(code);
      }
    });
    command.append(button);
  }

  // Paper cannot be clicked on.
  addEventListener("beforeprint", () => {
    for (const details of document.querySelectorAll("details")) details.open = true;
  });
})();
