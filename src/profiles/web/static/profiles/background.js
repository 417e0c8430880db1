// A background request that fails says so in one place: a tick is taken back, what follows by itself is tried again.
// A page about an answer of ORCID or Globus that was not taken keeps no code in its address.
document.addEventListener("DOMContentLoaded", () => {
  if (document.querySelector("[data-forget-answer]")) history.replaceState(null, "", location.pathname);
});
// A page about an outage asks whether that is over, and only then loads itself: until then the focus stays.
document.addEventListener("DOMContentLoaded", () => {
  const outage = document.querySelector("[data-ask-again]");
  if (outage) setInterval(async () => {
    const answer = await fetch(location.href, { method: "HEAD" }).catch(() => null);
    if (answer && answer.status !== 503) location.reload();
  }, 1000 * outage.dataset.askAgain);
});
const failurePlace = () => document.getElementById("background-failure");
const writeFailure = (text) => {
  const place = failurePlace();
  if (place.textContent === text) return;
  place.hidden = !text;
  place.textContent = text;
};
const tellFailure = (event, cause) => {
  const { elt } = event.detail;
  const words = failurePlace().dataset;
  const parts = [words[cause]];
  if (elt.matches("input[type=checkbox], input[type=radio]")) {
    elt.checked = !elt.checked;
    elt.focus();
    parts.push(words.notSaved);
  } else if (elt.matches("[data-follows]")) parts.push(words.again);
  writeFailure(parts.join(" "));
};
document.addEventListener("htmx:sendError", (event) => tellFailure(event, "unreachable"));
document.addEventListener("htmx:timeout", (event) => tellFailure(event, "slow"));
document.addEventListener("htmx:responseError", (event) => {
  tellFailure(event, event.detail.xhr.status === 403 ? "session" : "error");
});
document.addEventListener("htmx:afterOnLoad", (event) => {
  if (event.detail.successful !== false && event.detail.xhr.status < 400) writeFailure("");
});
