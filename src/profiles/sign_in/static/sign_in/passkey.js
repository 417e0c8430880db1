// Makes or shows a passkey when its form is sent, and sends the browser's answer along.
document.addEventListener("submit", async (event) => {
  const form = event.target.closest("form[data-passkey]");
  if (!form) return;
  event.preventDefault();
  const trouble = form.querySelector("[data-passkey-trouble]");
  trouble.hidden = true;
  try {
    const options = JSON.parse(form.dataset.options);
    const make = form.dataset.passkey === "make";
    const answer = make ? await window.webauthnJSON.create(options) : await window.webauthnJSON.get(options);
    form.elements.passkey.value = JSON.stringify(answer);
    form.submit();
  } catch (error) {
    trouble.hidden = false;
  }
});
