(() => {
  const panel = document.getElementById('near');
  const points = [...document.querySelectorAll('.points .point')];
  const nearest = panel.dataset.nearest.split(';').map(line => line.split(' ').map(Number));
  const columns = Number(panel.dataset.columns), rows = Number(panel.dataset.rows);
  const number = document.getElementById('near-number');
  const shown = document.getElementById('near-image'), list = document.getElementById('near-list');
  const name = i => points[i].querySelector('title').textContent;

  // The picture's place in the sheet, in percent of what the sheet reaches beyond it.
  const picture = i => {
    const thumb = document.createElement('span');
    thumb.className = 'thumb';
    const x = columns > 1 ? 100 * (i % columns) / (columns - 1) : 0;
    const y = rows > 1 ? 100 * Math.floor(i / columns) / (rows - 1) : 0;
    thumb.style.backgroundSize = `${100 * columns}% ${100 * rows}%`;
    thumb.style.backgroundPosition = `${x}% ${y}%`;
    return thumb;
  };
  const text = (tag, words) => Object.assign(document.createElement(tag), { textContent: words });

  const show = i => {
    number.value = i + 1;
    document.querySelector('.point.chosen')?.classList.remove('chosen');
    document.querySelectorAll('.point.close').forEach(p => p.classList.remove('close'));
    points[i].classList.add('chosen');
    shown.replaceChildren(picture(i), text('strong', name(i)));
    list.replaceChildren(...nearest[i].map(j => {
      points[j].classList.add('close');
      const button = document.createElement('button');
      button.type = 'button';
      button.append(picture(j), text('span', name(j)));
      button.addEventListener('click', () => { show(j); number.focus(); });
      return button;
    }));
  };

  points.forEach((point, i) => point.addEventListener('click', () => show(i)));
  number.addEventListener('input', () => {
    const i = Math.round(Number(number.value)) - 1;
    if (i >= 0 && i < points.length) show(i);
  });
  panel.hidden = false;
  document.querySelector('.points').classList.add('clickable');
  show(0);
})();
