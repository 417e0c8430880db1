document.documentElement.classList.add("live");
// The Update dialog opens in place where the browser can; everywhere else its link leads to a page.
document.addEventListener("click", (event) => {
  const opener = event.target.closest("[data-dialog]");
  const dialog = opener && document.getElementById(opener.dataset.dialog);
  if (dialog && dialog.showModal) {
    event.preventDefault();
    dialog.showModal();
  }
  const cancel = event.target.closest("dialog a.button");
  if (cancel) {
    event.preventDefault();
    cancel.closest("dialog").close();
  }
});
// A list that scrolls sideways shows the whole entry that has the focus; browsers are content with half of it.
document.addEventListener("focusin", (event) => {
  if (event.target.closest(".side-list")) event.target.scrollIntoView({ block: "nearest", inline: "nearest" });
});
// A menu closes by Escape, which leads back to its button, and by a click or the focus elsewhere.
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (menu.contains(document.activeElement)) menu.querySelector("summary").focus();
    menu.open = false;
  });
});
["click", "focusin"].forEach((kind) => document.addEventListener(kind, (event) => {
  document.querySelectorAll("details.menu[open]").forEach((menu) => {
    if (!menu.contains(event.target)) menu.open = false;
  });
}));
// A question that has the focus is answered by one key; anywhere else the key means nothing (WCAG 2.1.4).
document.addEventListener("keydown", (event) => {
  const question = event.target.closest("[data-question]");
  if (!question || event.ctrlKey || event.altKey || event.metaKey || event.repeat) return;
  const answer = [...question.querySelectorAll("[data-key]")].find((button) => button.dataset.key === event.key.toLowerCase());
  if (!answer) return;
  event.preventDefault();
  answer.click();
});
// A search box that takes lists has lines; Enter alone searches all the same.
document.addEventListener("keydown", (event) => {
  if (event.key !== "Enter" || event.shiftKey || event.isComposing || !event.target.dataset.enter) return;
  event.preventDefault();
  document.getElementById(event.target.dataset.enter).click();
});
// Parts of a page that follow automatically (data-follows) rest while no one looks, and while a menu in them is open. An
// answer that says nothing new leaves the page as it is; what is new is said once, in a region that stays; and the focus
// stays where it was.
const answers = new Map();
const hasOpenMenu = (element) => Boolean(element.querySelector("details.menu[open]"));
const withoutSecrets = (answer) => answer.replace(/name="csrfmiddlewaretoken" value="[^"]*"/g, "");
const tidied = (element) => element.textContent.trim().replace(/\s+/g, " ");
const newsShown = () => [...document.querySelectorAll("[data-announce]")].map(tidied);
let news = [];
let refuge = null;
let said = 0;
let saying = "";
const announce = (text) => {
  if (!text) return;
  // What changes every second is not read out every second; the last word always is.
  if (!saying) setTimeout(() => {
    document.getElementById("announcer").textContent = saying;
    [said, saying] = [Date.now(), ""];
  }, Math.max(500, said + 3000 - Date.now()));
  saying = text;
};
// Whoever is led back to a place in a list hears there what was done, though it is written at the top.
const describePlace = () => {
  const place = location.hash && document.getElementById(location.hash.slice(1));
  const message = document.querySelector("main > .message");
  if (!place || !message) return;
  message.id = "said";
  place.setAttribute("aria-describedby", "said");
};
const inLocalTime = () => document.querySelectorAll("time[data-form]").forEach((one) => {
  const [page, own] = [document.documentElement.lang, navigator.language];
  const forms = { both: { dateStyle: "medium", timeStyle: "short" }, date: { dateStyle: "medium" }, time: { timeStyle: "short" } };
  one.textContent = new Date(one.dateTime).toLocaleString(own.startsWith(page) ? own : page, forms[one.dataset.form]);
});
// Ticked works: their number is beside the acts, one box ticks the page, and a list that follows keeps the ticks.
const ticks = () => [...document.querySelectorAll('[form="many"][name="work"]')];
let ticked = [];
let unfolded = [];
const countTicks = () => {
  const [all, chosen] = [ticks(), ticks().filter((box) => box.checked)];
  const count = document.querySelector("[data-chosen-count]");
  const whole = document.querySelector("[data-tick-all]");
  const found = document.querySelector("[data-all-found]");
  if (count) count.textContent = found && found.checked ? found.dataset.allFound : chosen.length;
  if (whole) [whole.checked, whole.indeterminate] = [all.length > 0 && chosen.length === all.length, chosen.length > 0 && chosen.length < all.length];
};
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-tick-all]")) ticks().forEach((box) => { box.checked = event.target.checked; });
  countTicks();
});
document.addEventListener("htmx:beforeRequest", (event) => {
  if (event.target.matches("[data-follows]") && (document.hidden || hasOpenMenu(event.target))) event.preventDefault();
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.target.matches("[data-follows]") && hasOpenMenu(event.target)) {
    event.detail.shouldSwap = false;
    return;
  }
  ticked = ticks().filter((box) => box.checked).map((box) => box.id);
  unfolded = [...document.querySelectorAll(".facets details[open]")].map((fold) => fold.id);
  const answer = withoutSecrets(event.detail.serverResponse);
  if (event.target.matches("[data-follows]") && answers.get(event.target.id) === answer) event.detail.shouldSwap = false;
  answers.set(event.target.id, answer);
  const focused = event.target.contains(document.activeElement) && document.activeElement;
  const item = focused && focused.closest("li");
  refuge = focused && { target: event.target.id, item: (item?.querySelector("h2 a[id]") || item?.querySelector("a[id], input[id]"))?.id };
});
document.addEventListener("htmx:afterSwap", () => {
  ticks().forEach((box) => { box.checked = box.checked || ticked.includes(box.id); });
  unfolded.map((id) => document.getElementById(id)).forEach((fold) => { if (fold) fold.open = true; });
  countTicks();
  inLocalTime();
  const shown = newsShown();
  announce(shown.filter((text) => !news.includes(text)).join(" "));
  news = shown;
  describePlace();
  // htmx finds what had the focus by its id. Where that is gone: its neighbour, the place made for it, the page.
  if (refuge && document.activeElement === document.body) {
    const place = document.getElementById(refuge.item) || document.querySelector(`#${refuge.target} [data-refuge]`);
    (place || document.getElementById("content")).focus();
  }
});
document.addEventListener("DOMContentLoaded", () => {
  if (matchMedia("(max-width: 760px)").matches) document.querySelectorAll("details.fold").forEach((fold) => { fold.open = false; });
  document.querySelectorAll("a[data-zone]").forEach((link) => { link.search += `${link.search ? "&" : "?"}${new URLSearchParams({ zone: Intl.DateTimeFormat().resolvedOptions().timeZone })}`; });
  document.querySelector(".tabs [aria-current]")?.scrollIntoView({ block: "nearest", inline: "nearest" });
  countTicks();
  inLocalTime();
  news = newsShown();
  describePlace();
});
