// Draws the charts of a page from the data that stands beside them, once somebody comes near them. Without it the tables say the same.
(() => {
  // Colours of the maps and lines: readable on light and dark ground, and apart for eyes that see no red or green.
  const steps = ['#d7e6f5', '#a9cdee', '#6ea8dc', '#2f7abf', '#0b4f8a'];
  const lines = ['#2f7abf', '#c8641b', '#4a8f3c', '#8a5bb0', '#a3122a', '#5c6b78'];
  const draw = {
    map: (data, ink, narrow) => {
      const values = data.areas.map(area => area.value).filter(value => value !== null);
      const low = values.length ? Math.floor(Math.min(...values)) : 0, high = values.length ? Math.max(Math.ceil(Math.max(...values)), low + 1) : 100;
      const texts = Object.fromEntries(data.areas.map(area => [area.code, area.text]));
      return {
        tooltip: { renderMode: 'richText', confine: true, formatter: at => texts[at.name] ?? data.none },
        visualMap: { type: 'continuous', min: low, max: high, inRange: { color: steps }, text: [`${high} %`, `${low} %`], textStyle: { color: ink }, orient: narrow ? 'horizontal' : 'vertical', left: narrow ? 'center' : 8, bottom: 4, itemHeight: narrow ? 160 : 140, calculable: false },
        series: [{
          type: 'map', map: data.borders, nameProperty: 'name', roam: false, selectedMode: false, layoutCenter: narrow ? ['50%', '45%'] : ['54%', '50%'], layoutSize: '98%', aspectScale: 0.96,   // degrees are nearly as wide as high here
          data: data.areas.map(area => ({ name: area.code, value: area.value === null ? NaN : area.value })),
          itemStyle: { areaColor: 'transparent', borderColor: '#6b7a88', borderWidth: 0.6 }, label: { show: false }, emphasis: { label: { show: false }, itemStyle: { areaColor: '#ffc873' } },
        }],
      };
    },
    trend: (data, ink, narrow) => ({
      color: lines, grid: { left: 44, right: 16, top: narrow ? 84 : 48, bottom: 28 }, textStyle: { color: ink }, legend: { top: 0, textStyle: { color: ink }, data: data.lines.map(line => line.name) },
      tooltip: { renderMode: 'richText', confine: true, trigger: 'axis', valueFormatter: value => value === null || value === undefined ? data.none : `${value} %` },
      xAxis: { type: 'category', data: data.years, axisLabel: { color: ink } },
      yAxis: { type: 'value', axisLabel: { color: ink, formatter: '{value} %' }, splitLine: { lineStyle: { opacity: 0.25 } } },
      series: data.lines.map(line => ({ name: line.name, type: 'line', data: line.values, symbolSize: 8, connectNulls: false, lineStyle: { width: line.dashed ? 2 : 3, type: line.dashed ? 'dashed' : 'solid' }, symbol: line.dashed ? 'diamond' : 'circle' })),
    }),
    sankey: (data, ink, narrow) => ({
      series: [{
        type: 'sankey', left: 4, right: narrow ? 150 : 230, top: 8, bottom: 8, nodeGap: 14, nodeWidth: 14, draggable: false,
        data: data.nodes.map((name, at) => ({ name, label: at === 0 ? { position: 'insideLeft', offset: [16, 0] } : {} })),
        links: data.links.map(link => ({ source: data.nodes[link.from], target: data.nodes[link.to], value: link.value })),
        lineStyle: { color: 'target', opacity: 0.35 }, label: { color: ink, fontSize: 13, width: narrow ? 140 : 220, overflow: 'break' }, emphasis: { disabled: true },
      }],
    }),
  };

  let library;
  const loaded = address => library ??= new Promise((done, away) => {
    const script = document.createElement('script');
    script.src = address;
    script.addEventListener('load', done);
    script.addEventListener('error', away);
    document.head.append(script);
  });

  const begin = async box => {
    await loaded(box.dataset.library);
    const data = JSON.parse(document.getElementById(box.dataset.from).textContent);
    if (data.borders) {
      const answer = await fetch(data.borders, { credentials: 'same-origin' });
      if (!answer.ok) return;   // the table says the same
      echarts.registerMap(data.borders, await answer.json());
    }
    box.classList.add('drawn');
    const chart = echarts.init(box, null, { renderer: 'canvas' });
    const show = () => chart.setOption({ animation: false, ...draw[box.dataset.chart](data, getComputedStyle(box).color, box.clientWidth < 560) }, true);
    show();
    new ResizeObserver(() => { chart.resize(); show(); }).observe(box);
    matchMedia('(prefers-color-scheme: dark)').addEventListener('change', show);

    const save = document.querySelector(`[data-save="${box.dataset.from}"]`);
    save.hidden = false;
    save.addEventListener('click', () => {
      const link = document.createElement('a');
      link.download = 'chart.png';
      link.href = chart.getDataURL({ pixelRatio: 2, backgroundColor: getComputedStyle(document.body).backgroundColor });
      link.click();
    });
  };

  const near = new IntersectionObserver(found => {
    for (const { target } of found.filter(one => one.isIntersecting)) {
      near.unobserve(target);
      begin(target);
    }
  }, { rootMargin: '200px' });
  document.querySelectorAll('[data-chart]').forEach(box => near.observe(box));
})();
