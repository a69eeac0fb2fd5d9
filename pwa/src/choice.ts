// The main button names what will happen: choosing a radio with `data-says` writes it into `[data-says-here]`.
export function showChoice(): void {
  const chosen = document.querySelector<HTMLInputElement>("input[data-says]:checked");
  const place = document.querySelector<HTMLElement>("[data-says-here]");
  if (chosen && place) place.textContent = chosen.dataset.says ?? "";
}

export function followChoice(): void {
  document.addEventListener("change", showChoice);
  addEventListener("pageshow", showChoice);
}
