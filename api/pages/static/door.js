// The way to where one signs in, once a session is over. Whoever is filling in a form is not taken away from it: once they send it,
// it is kept until they have signed in again.

const KEPT_SHUT = "signed-out";

export const isDoor = (response) => response.redirected && new URL(response.url).pathname === "/sign-in";

export function showDoor(page, address) {
  if (hasTyped(page)) page.dispatchEvent(new Event(KEPT_SHUT));
  else location.assign(address);
}

export function whenKeptShut(page, act) {
  page.addEventListener(KEPT_SHUT, act);
}

const isTicked = ({ type }) => type === "checkbox" || type === "radio";

// What a slider is moved to is a look, and in its address.
export function hasTyped(page) {
  const fields = [...page.querySelectorAll("main :is(input:not([type=range]), textarea)")];
  return fields.some((field) =>
    isTicked(field) ? field.checked !== field.defaultChecked : field.value !== field.defaultValue,
  );
}
