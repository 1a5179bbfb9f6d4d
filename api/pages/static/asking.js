// What a form of filters leaves empty does not stand in the address that it leads to.

export function askBriefly(page) {
  page.addEventListener("formdata", ({ target, formData }) => {
    if (!target.matches("form[data-brief]")) return;
    const asked = [...formData].filter(([, value]) => value !== "");
    for (const name of new Set(formData.keys())) formData.delete(name);
    for (const [name, value] of asked) formData.append(name, value);
  });
}
