// Suggestions in the search box, as one types: https://www.w3.org/WAI/ARIA/apg/patterns/combobox/
const box = document.querySelector("input#q");
const list = document.createElement("ul");
let asked = 0;
let chosen = -1;

list.id = "suggestions";
list.className = "suggestions";
list.hidden = true;
list.setAttribute("role", "listbox");
list.setAttribute("aria-label", box.labels[0].textContent);
box.after(list);
box.setAttribute("role", "combobox");
box.setAttribute("aria-autocomplete", "list");
box.setAttribute("aria-controls", list.id);
box.setAttribute("aria-expanded", "false");
box.setAttribute("autocomplete", "off");

function close() {
  list.hidden = true;
  chosen = -1;
  box.setAttribute("aria-expanded", "false");
  box.removeAttribute("aria-activedescendant");
}

function choose(next) {
  const options = [...list.children];
  chosen = (next + options.length) % options.length;
  options.forEach((option, index) => option.setAttribute("aria-selected", String(index === chosen)));
  box.setAttribute("aria-activedescendant", options[chosen].id);
  options[chosen].scrollIntoView({ block: "nearest" });
}

function option(hit, index) {
  const item = document.createElement("li");
  const kind = document.createElement("small");
  item.id = `suggestion-${index}`;
  item.setAttribute("role", "option");
  item.setAttribute("aria-selected", "false");
  item.dataset.page = hit.page;
  kind.textContent = [hit.kindName, hit.within].filter(Boolean).join(", ");
  item.append(hit.name, " ", kind);
  return item;
}

async function suggest() {
  const mine = ++asked;
  const text = box.value.trim();
  if (text.length < 2) return close();
  const address = new URL(box.form.action);
  address.search = new URLSearchParams({ ...Object.fromEntries(new FormData(box.form)), q: text, format: "json", limit: 8 });
  const answer = await fetch(address);
  if (!answer.ok || mine !== asked) return;
  const { hits } = await answer.json();
  if (mine !== asked || document.activeElement !== box) return;
  list.replaceChildren(...hits.map(option));
  if (!hits.length) return close();
  chosen = -1;
  list.hidden = false;
  box.setAttribute("aria-expanded", "true");
  box.removeAttribute("aria-activedescendant");
}

let waiting;
box.addEventListener("input", () => {
  clearTimeout(waiting);
  waiting = setTimeout(suggest, 120);
});
box.addEventListener("blur", () => {
  asked += 1;
  close();
});
box.addEventListener("keydown", (event) => {
  if (list.hidden) return;
  if (event.key === "ArrowDown") choose(chosen + 1);
  else if (event.key === "ArrowUp") choose(chosen < 0 ? -1 : chosen - 1);
  else if (event.key === "Escape") close();
  else if (event.key === "Enter" && chosen >= 0) location.assign(list.children[chosen].dataset.page);
  else return;
  event.preventDefault();
});
list.addEventListener("pointerdown", (event) => {
  const item = event.target.closest("li");
  if (item) location.assign(item.dataset.page);
  event.preventDefault();
});
