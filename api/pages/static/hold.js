// Nothing jumps under a pointer or a focus: a part of the page that somebody is at is held, and told when it is let go.

const SETTLES = 400;

const canHover = matchMedia("(hover: hover)");

export function isHeld(region) {
  const focus = document.activeElement;
  const isFocused = focus !== region && region.contains(focus);
  return isFocused || (canHover.matches && region.matches(":hover")) || isSelected(region);
}

function isSelected(region) {
  const selection = getSelection();
  return Boolean(selection && !selection.isCollapsed && region.contains(selection.anchorNode));
}

export function whenReleased(page, release) {
  let timer = 0;
  const soon = () => {
    clearTimeout(timer);
    timer = setTimeout(release, SETTLES);
  };
  for (const kind of ["pointerout", "focusout", "selectionchange"]) page.addEventListener(kind, soon);
}
