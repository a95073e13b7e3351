export interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

/**
 * Squarified treemap: areas in proportion to `values`, as square as can be. Pure. Boxes come in the order of the
 * values, which should be given largest first; a value of 0 or less gets an empty box.
 */
export function squarify(values: readonly number[], width: number, height: number): Box[] {
  const total = values.reduce((sum, value) => sum + Math.max(0, value), 0)
  const boxes: Box[] = []
  let free = { x: 0, y: 0, width, height }
  const areas = values.map((value) => (total > 0 ? (Math.max(0, value) / total) * width * height : 0))
  for (let at = 0; at < areas.length;) {
    const side = Math.min(free.width, free.height)
    let row = [areas[at] ?? 0]
    while (at + row.length < areas.length) {
      const longer = [...row, areas[at + row.length] ?? 0]
      if (worst(longer, side) > worst(row, side)) break
      row = longer
    }
    const sum = row.reduce((all, area) => all + area, 0)
    const thickness = side > 0 ? sum / side : 0
    const across = free.width >= free.height
    let offset = 0
    for (const area of row) {
      const length = thickness > 0 ? area / thickness : 0
      boxes.push(
        across
          ? { x: free.x, y: free.y + offset, width: thickness, height: length }
          : { x: free.x + offset, y: free.y, width: length, height: thickness },
      )
      offset += length
    }
    free = across
      ? { ...free, x: free.x + thickness, width: Math.max(0, free.width - thickness) }
      : { ...free, y: free.y + thickness, height: Math.max(0, free.height - thickness) }
    at += row.length
  }
  return boxes
}

/** The worst ratio of sides in a row laid along `side`. */
function worst(row: readonly number[], side: number): number {
  const sum = row.reduce((all, area) => all + area, 0)
  if (sum === 0 || side === 0) return Infinity
  const max = Math.max(...row)
  const min = Math.min(...row)
  if (min === 0) return Infinity
  return Math.max((side * side * max) / (sum * sum), (sum * sum) / (side * side * min))
}
