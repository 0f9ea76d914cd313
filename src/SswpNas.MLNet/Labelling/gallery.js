'use strict';
const figures = [...document.querySelectorAll('figure')];
const names = JSON.parse(document.body.dataset.classes);
const keys = JSON.parse(document.body.dataset.keys);
const progress = document.getElementById('progress');
const place = 'sswpnas.labels.' + document.body.dataset.id;
const labels = new Map();

function show() {
  for (const figure of figures) {
    const label = labels.get(figure.dataset.path);
    figure.classList.toggle('done', label !== undefined);
    for (const button of figure.querySelectorAll('button'))
      button.setAttribute('aria-pressed', String(button.dataset.name === label));
  }
  progress.textContent = labels.size + ' of ' + figures.length + ' labelled';
}

function keep() {
  // A browser may refuse to store anything for a file.
  try { localStorage.setItem(place, JSON.stringify([...labels])); } catch { }
}

function set(figure, name) {
  if (name === undefined || labels.get(figure.dataset.path) === name) labels.delete(figure.dataset.path);
  else labels.set(figure.dataset.path, name);
  keep();
  show();
}

function move(from, by) {
  const to = figures[Math.min(figures.length - 1, Math.max(0, figures.indexOf(from) + by))];
  to.focus();
  to.scrollIntoView({ block: 'nearest' });
}

function cell(text) {
  return '"' + text.replaceAll('"', '""') + '"';
}

function save() {
  const rows = figures.filter(f => labels.has(f.dataset.path)).map(f => cell(f.dataset.path) + ',' + cell(labels.get(f.dataset.path)));
  const file = new Blob(['ImagePath,Label\n' + rows.join('\n') + '\n'], { type: 'text/csv' });
  const link = document.createElement('a');
  link.href = URL.createObjectURL(file);
  link.download = 'labels.csv';
  link.click();
  URL.revokeObjectURL(link.href);
}

document.addEventListener('click', event => {
  const button = event.target.closest('button');
  if (!button) return;
  if (button.id === 'save') { save(); return; }
  const figure = button.closest('figure');
  set(figure, button.dataset.name);
  figure.focus();
});

document.addEventListener('keydown', event => {
  if (event.ctrlKey || event.altKey || event.metaKey) return;
  const figure = document.activeElement.closest('figure') ?? figures[0];
  if (!figure || document.activeElement.closest('button')?.id === 'save') return;
  const number = keys.indexOf(event.key.toLowerCase());
  if (event.key === 'Enter' && !document.activeElement.closest('button')) {
    if (labels.get(figure.dataset.path) === undefined) set(figure, figure.dataset.proposed);
    move(figure, 1);
  }
  else if (number >= 0) { if (labels.get(figure.dataset.path) !== names[number]) set(figure, names[number]); move(figure, 1); }
  else if (event.key === 'ArrowRight' || event.key === 'ArrowDown') move(figure, 1);
  else if (event.key === 'ArrowLeft' || event.key === 'ArrowUp') move(figure, -1);
  else if (event.key === 'Backspace' || event.key === 'Delete') set(figure);
  else return;
  event.preventDefault();
});

try { for (const [path, name] of JSON.parse(localStorage.getItem(place) ?? '[]')) if (names.includes(name)) labels.set(path, name); } catch { }
for (const path of [...labels.keys()]) if (!figures.some(f => f.dataset.path === path)) labels.delete(path);
show();
