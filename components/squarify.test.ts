import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { squarify } from './squarify'

const values = fc.array(fc.integer({ min: 0, max: 1_000_000 }), { minLength: 1, maxLength: 60 })

test('areas are in proportion, and every box lies inside', () => {
  fc.assert(
    fc.property(values, (given) => {
      const sorted = given.toSorted((a, b) => b - a)
      const total = sorted.reduce((a, b) => a + b, 0)
      const boxes = squarify(sorted, 720, 220)
      expect(boxes).toHaveLength(sorted.length)
      for (const [at, box] of boxes.entries()) {
        expect(box.x).toBeGreaterThanOrEqual(-0.01)
        expect(box.x + box.width).toBeLessThanOrEqual(720.01)
        expect(box.y + box.height).toBeLessThanOrEqual(220.01)
        if (total > 0) expect(box.width * box.height).toBeCloseTo(((sorted[at] ?? 0) / total) * 720 * 220, 1)
      }
    }),
  )
})
