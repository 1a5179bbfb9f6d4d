// A file that speaks for a claim: its fingerprint is worked out here, and the file itself goes nowhere.

const hexadecimal = (bytes) => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0")).join("");

const fill = (form, name, value) => {
  const field = form.elements.namedItem(name);
  if (field && value !== "") field.value = value;
};

const take = async (form, place, file) => {
  const status = place.querySelector("[role=status]");
  fill(form, "name", file.name);
  fill(form, "media_type", file.type);
  fill(form, "size", String(file.size));
  status.textContent = place.dataset.hashing;
  try {
    fill(form, "digest", hexadecimal(await crypto.subtle.digest("SHA-256", await file.arrayBuffer())));
    status.textContent = place.dataset.hashed;
  } catch {
    status.textContent = place.dataset.tooLarge;
  }
};

for (const form of document.querySelectorAll("form[data-evidence]")) {
  const place = form.querySelector("[data-file]");
  const chooser = place.querySelector("input[type=file]");
  place.hidden = false;
  if (globalThis.crypto?.subtle === undefined) {
    chooser.disabled = true;
    place.querySelector("[role=status]").textContent = place.dataset.noHash;
  } else {
    chooser.addEventListener("change", () => chooser.files[0] && take(form, place, chooser.files[0]));
  }
}
