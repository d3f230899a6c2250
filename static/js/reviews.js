// The review sheet by keyboard: with the focus in a point, 1 to 5 mark it and go on to the next.

document.addEventListener("keydown", (event) => {
  const point = event.target.closest?.(".sheet .point");
  if (!point || event.ctrlKey || event.metaKey || event.altKey || !/^[1-5]$/.test(event.key)) return;
  const mark = point.querySelector(`input[value="${event.key}"]`);
  if (!mark) return;
  event.preventDefault();
  mark.checked = true;
  const next = point.nextElementSibling?.matches(".point")
    ? point.nextElementSibling.querySelector("input:checked") ?? point.nextElementSibling.querySelector("input")
    : document.querySelector(".sheet [name=verdict]");
  next?.focus();
});
