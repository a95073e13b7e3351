import type { ReactNode } from 'react'
import { toneText, type Tone } from './status'

const width = 600
const height = 120

/** One layer of a stack, or the only line of a chart. */
export interface Layer {
  readonly key: string
  readonly tone: Tone
  /** As long as `at`. */
  readonly values: readonly number[]
}

const fills: Readonly<Record<Tone, string>> = {
  ok: 'fill-ok',
  warn: 'fill-warn',
  high: 'fill-high',
  bad: 'fill-bad',
  info: 'fill-info',
  none: 'fill-edge',
}

/**
 * Values over time as steps, because what was found stays until the next look: one line, or layers on one another, the
 * first at the bottom. The picture scales to its place; its words stand beside it. Give the same as a table.
 */
export function StepChart({
  at,
  layers,
  max,
  label,
  line = false,
}: {
  /** Times in milliseconds, ascending. */
  at: readonly number[]
  layers: readonly Layer[]
  max: number
  label: string
  line?: boolean
}) {
  const first = at[0] ?? 0
  const span = Math.max(1, (at.at(-1) ?? 0) - first)
  const x = (time: number) => ((time - first) / span) * width
  const y = (value: number) => height - (value / Math.max(1, max)) * (height - 4)
  const sums = at.map(() => 0)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${width} ${height}`}
      preserveAspectRatio="none"
      className="border-line block h-28 w-full border-b"
    >
      <title>{label}</title>
      {[0.25, 0.5, 0.75, 1].map((part) => (
        <line
          key={part}
          x1="0"
          x2={width}
          y1={y(max * part)}
          y2={y(max * part)}
          className="stroke-line"
          vectorEffect="non-scaling-stroke"
        />
      ))}
      {layers.map((layer) => {
        const floor = [...sums]
        for (const [index, value] of layer.values.entries()) sums[index] = (sums[index] ?? 0) + value
        const top = steps(at.map(x), sums.map(y))
        if (line) {
          return (
            <g key={layer.key} className={toneText[layer.tone]}>
              <path d={`M${top} L${width},${height} L0,${height} Z`} className="fill-current opacity-10" />
              <path
                d={`M${top}`}
                fill="none"
                stroke="currentColor"
                strokeWidth="2"
                vectorEffect="non-scaling-stroke"
              />
            </g>
          )
        }
        const bottom = steps(at.map(x), floor.map(y)).split(' ').toReversed().join(' ')
        return (
          <path key={layer.key} d={`M${top} L${bottom} Z`} className={`${fills[layer.tone]} opacity-80`} />
        )
      })}
    </svg>
  )
}

/** `x,y` pairs: each value holds until the next time. */
const steps = (x: readonly number[], y: readonly number[]): string =>
  x
    .flatMap((value, index) =>
      index === 0
        ? [`${value.toFixed(1)},${(y[0] ?? 0).toFixed(1)}`]
        : [
            `${value.toFixed(1)},${(y[index - 1] ?? 0).toFixed(1)}`,
            `${value.toFixed(1)},${(y[index] ?? 0).toFixed(1)}`,
          ],
    )
    .join(' ')

/** A chart with its largest value at the left and its first and last time below. */
export function ChartFrame({
  max,
  from,
  to,
  children,
}: {
  max: ReactNode
  from: ReactNode
  to: ReactNode
  children: ReactNode
}) {
  return (
    <div className="grid grid-cols-[2rem_minmax(0,1fr)] gap-x-2">
      <div className="text-muted text-meta flex flex-col justify-between text-end">
        <span>{max}</span>
        <span>0</span>
      </div>
      <div>{children}</div>
      <div className="text-muted text-meta col-start-2 flex justify-between pt-1">
        <span>{from}</span>
        <span>{to}</span>
      </div>
    </div>
  )
}
