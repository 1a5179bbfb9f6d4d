// The zone of this device, which only the browser knows, as one of the choices.

export function offerOwnZone(page) {
  for (const select of page.querySelectorAll("select[data-own-zone]")) {
    const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
    const known = [...select.options].find((option) => option.value === zone);
    if (known) known.textContent = `${zone} (${select.dataset.ownZone})`;
    else select.add(new Option(`${zone} (${select.dataset.ownZone})`, zone), 1);
  }
}
