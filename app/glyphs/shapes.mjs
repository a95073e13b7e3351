// Shapes on a grid of 1000 to the em, the middle of a capital letter at (380, 350). Every filled contour runs
// clockwise; a hole runs the other way. Strokes are laid out as a box for each piece and a dot for each corner.
const middle = [380, 350]
const stroke = 92

const area = (points) =>
  points.reduce((sum, [x, y], at) => {
    const [nx, ny] = points[(at + 1) % points.length]
    return sum + x * ny - nx * y
  }, 0)
const clockwise = (points) => (area(points) > 0 ? points.toReversed() : points)
const hole = (points) => clockwise(points).toReversed()

const circle = (radius, [x, y] = middle, from = 0, to = 360) => {
  const steps = Math.max(8, Math.round(((to - from) / 360) * 40))
  const last = to - from === 360 ? steps - 1 : steps
  return Array.from({ length: last + 1 }, (_, at) => {
    const angle = ((from + ((to - from) * at) / steps) * Math.PI) / 180
    return [x + radius * Math.cos(angle), y + radius * Math.sin(angle)]
  })
}

const dot = (radius, at) => clockwise(circle(radius, at))
const ring = (radius, at = middle, width = stroke) => [
  clockwise(circle(radius, at)),
  hole(circle(radius - width, at)),
]
const box = (x1, y1, x2, y2) =>
  clockwise([
    [x1, y1],
    [x1, y2],
    [x2, y2],
    [x2, y1],
  ])

/** A thick line through points, round at every corner. */
function line(points, width = stroke) {
  const half = width / 2
  const pieces = points.slice(1).map(([x2, y2], at) => {
    const [x1, y1] = points[at]
    const length = Math.hypot(x2 - x1, y2 - y1) || 1
    const [dx, dy] = [(-(y2 - y1) / length) * half, ((x2 - x1) / length) * half]
    return clockwise([
      [x1 + dx, y1 + dy],
      [x2 + dx, y2 + dy],
      [x2 - dx, y2 - dy],
      [x1 - dx, y1 - dy],
    ])
  })
  return [...pieces, ...points.map((point) => dot(half, point))]
}
const arc = (radius, from, to, at = middle, width = stroke) => line(circle(radius, at, from, to), width)

const half = (from) => [...ring(300), clockwise([...circle(300, middle, from, from + 180)])]
const triangle = (...points) => [clockwise(points)]

export const shapes = {
  '✓': line([
    [110, 340],
    [300, 150],
    [650, 570],
  ]),
  '✕': [
    ...line([
      [150, 120],
      [610, 580],
    ]),
    ...line([
      [150, 580],
      [610, 120],
    ]),
  ],
  '◆': triangle([380, 10], [40, 350], [380, 690], [720, 350]),
  '◇': line([
    [380, 70],
    [100, 350],
    [380, 630],
    [660, 350],
    [380, 70],
  ]),
  '▲': triangle([380, 660], [700, 70], [60, 70]),
  '▴': triangle([380, 520], [580, 190], [180, 190]),
  '▼': triangle([380, 40], [700, 630], [60, 630]),
  '▾': triangle([380, 200], [590, 500], [170, 500]),
  '▸': triangle([540, 350], [230, 130], [230, 570]),
  '◂': triangle([220, 350], [530, 130], [530, 570]),
  '■': [box(90, 60, 670, 640)],
  '●': [dot(300, middle)],
  '○': ring(300),
  '◐': half(90),
  '◑': half(270),
  '•': [dot(150, middle)],
  '⊘': [
    ...ring(320),
    ...line([
      [180, 550],
      [580, 150],
    ]),
  ],
  '⊖': [
    ...ring(320),
    ...line([
      [230, 350],
      [530, 350],
    ]),
  ],
  '⚡': triangle([470, 760], [120, 300], [350, 300], [270, -60], [650, 440], [410, 440]),
  '⏸': [box(150, 80, 310, 620), box(450, 80, 610, 620)],
  '⏱': [
    ...ring(300, [380, 300]),
    ...line([
      [380, 470],
      [380, 300],
      [490, 300],
    ]),
    box(290, 640, 470, 730),
  ],
  '↩': [
    ...line([
      [290, 620],
      [110, 440],
      [290, 260],
    ]),
    ...line([
      [110, 440],
      [480, 440],
    ]),
    ...arc(160, -90, 90, [480, 280]),
    ...line([
      [480, 120],
      [300, 120],
    ]),
  ],
  '↻': [...arc(260, -250, 40), ...triangle([720, 600], [680, 330], [470, 520])],
  '⇄': [
    ...line([
      [90, 480],
      [670, 480],
    ]),
    ...line([
      [540, 620],
      [670, 480],
    ]),
    ...line([
      [90, 220],
      [670, 220],
    ]),
    ...line([
      [220, 80],
      [90, 220],
    ]),
  ],
  '⇩': [
    ...line([
      [380, 640],
      [380, 160],
    ]),
    ...line([
      [180, 350],
      [380, 150],
      [580, 350],
    ]),
    box(110, 0, 650, 80),
  ],
  '⇢': [
    ...line([
      [80, 350],
      [180, 350],
    ]),
    ...line([
      [320, 350],
      [660, 350],
    ]),
    ...line([
      [470, 550],
      [670, 350],
      [470, 150],
    ]),
  ],
  '✎': [
    ...line(
      [
        [200, 170],
        [560, 530],
      ],
      190,
    ),
    ...triangle([60, 30], [130, 240], [270, 100]),
  ],
  '⌕': [
    ...ring(240, [320, 410]),
    ...line([
      [490, 240],
      [680, 50],
    ]),
  ],
  '≡': [box(100, 520, 660, 605), box(100, 308, 660, 392), box(100, 95, 660, 180)],
  '☰': [box(90, 540, 670, 630), box(90, 305, 670, 395), box(90, 70, 670, 160)],
  '⎙': [box(200, 480, 560, 680), box(80, 200, 680, 440), box(200, 20, 560, 160)],
  '⎘': [
    box(80, 180, 480, 680),
    hole(box(160, 260, 400, 600)),
    box(540, 20, 620, 520),
    box(280, 20, 620, 100),
  ],
  '⚿': [
    ...ring(180, [240, 350]),
    ...line([
      [420, 350],
      [690, 350],
    ]),
    ...line([
      [640, 350],
      [640, 200],
    ]),
    ...line([
      [520, 350],
      [520, 230],
    ]),
  ],
  '⌘': [
    ...ring(120, [200, 530], 70),
    ...ring(120, [560, 530], 70),
    ...ring(120, [200, 170], 70),
    ...ring(120, [560, 170], 70),
    ...line(
      [
        [285, 135],
        [285, 565],
      ],
      70,
    ),
    ...line(
      [
        [475, 135],
        [475, 565],
      ],
      70,
    ),
    ...line(
      [
        [165, 445],
        [595, 445],
      ],
      70,
    ),
    ...line(
      [
        [165, 255],
        [595, 255],
      ],
      70,
    ),
  ],
  '→': [
    ...line([
      [80, 350],
      [670, 350],
    ]),
    ...line([
      [470, 550],
      [670, 350],
      [470, 150],
    ]),
  ],
  '←': [
    ...line([
      [90, 350],
      [680, 350],
    ]),
    ...line([
      [290, 550],
      [90, 350],
      [290, 150],
    ]),
  ],
  '⚠': [
    clockwise([
      [380, 680],
      [730, 40],
      [30, 40],
    ]),
    hole(box(340, 240, 420, 480)),
    hole(box(340, 110, 420, 190)),
  ],
}
