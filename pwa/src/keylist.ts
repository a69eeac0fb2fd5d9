// The keys of the page as a list, opened by "?": read off the page itself, so that it cannot say anything else.
const ALWAYS: [string, string][] = [["J K", "下一行、上一行"], ["Tab", "下一处"], ["回车", "做眼前这一步"]];

function label(node: HTMLElement): string {
  const copy = node.cloneNode(true) as HTMLElement;
  copy.querySelectorAll("kbd").forEach((one) => one.remove());
  const words = (copy.textContent ?? "").trim();
  return node.dataset.rowKey ? `${words}（选中的那一行）` : node.getAttribute("aria-label") ?? words;
}

function keys(): [string, string][] {
  const found = new Map<string, string>();
  for (const node of document.querySelectorAll<HTMLElement>("main [data-key], main [data-row-key], .rail [data-key]")) {
    const key = (node.dataset.key ?? node.dataset.rowKey ?? "").toUpperCase();
    if (!found.has(key)) found.set(key, label(node));
  }
  if (document.querySelector("input[type=search]")) found.set("/", "查找");
  return [...found, ...ALWAYS];
}

function line([key, words]: [string, string]): HTMLElement[] {
  const [term, said, cap] = ["dt", "dd", "kbd"].map((name) => document.createElement(name)) as [HTMLElement, HTMLElement, HTMLElement];
  cap.textContent = key;
  term.append(cap);
  said.textContent = words;
  return [term, said];
}

export function listKeys(): void {
  const dialog = document.createElement("dialog");
  dialog.className = "keys";
  dialog.innerHTML = '<form method="dialog"><h2 id="keys">这一页的键</h2><dl></dl><button class="button quiet">知道了</button></form>';
  dialog.setAttribute("aria-labelledby", "keys");
  dialog.querySelector("dl")?.append(...keys().flatMap(line));
  dialog.addEventListener("close", () => dialog.remove());
  document.body.append(dialog);
  dialog.showModal();
}
