// Somebody who has signed in again sees the form at once, as it was filled in; nothing is sent by that. Without scripts it is a button.

const form = document.getElementById("unsent");

history.replaceState(null, "", form.dataset.then); // whoever goes back from it comes to the page on which it stood
form.requestSubmit();
