// The menus of the header, of which one at a time is open, fold up by Escape. Whoever was in one stands at its name then.

export function foldMenus(page) {
  page.addEventListener("keydown", (event) => {
    const menu = page.querySelector(".top details[open]");
    if (event.key !== "Escape" || !menu || event.defaultPrevented || page.querySelector("dialog[open]")) return;
    menu.open = false;
    if (!page.activeElement?.closest("main")) menu.querySelector("summary").focus();
  });
}
