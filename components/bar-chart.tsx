import { toneText, type Tone } from './status'

export interface ChartBar {
  readonly key: string
  /** From the bottom up, one for each of `tones`. */
  readonly values: readonly number[]
  /** Said on hover and to screen readers. */
  readonly title: string
  /** Where the bar leads. */
  readonly href?: string
}

const height = 64
/** The top layer holds the exceptions: it is never thinner, or one refusal among thousands would not be seen. */
const least = 2

/** Stacked bars over time, each a link to its part of the list. The picture scales to its place; its words stand beside it. */
export function BarChart({
  bars,
  tones,
  label,
}: {
  bars: readonly ChartBar[]
  tones: readonly Tone[]
  label: string
}) {
  const most = Math.max(1, ...bars.map((bar) => bar.values.reduce((sum, value) => sum + value, 0)))
  return (
    <svg
      role="group"
      aria-label={label}
      viewBox={`0 0 ${bars.length * 10} ${height}`}
      preserveAspectRatio="none"
      className="border-line block h-16 w-full border-b"
    >
      {bars.map((bar, at) => {
        const layers = <Layers bar={bar} tones={tones} most={most} x={at * 10} />
        return bar.href && bar.values.some((value) => value > 0) ? (
          <a key={bar.key} href={bar.href} aria-label={bar.title} className="bar">
            {layers}
          </a>
        ) : (
          <g key={bar.key} role="img" aria-label={bar.title}>
            {layers}
          </g>
        )
      })}
    </svg>
  )
}

function Layers({ bar, tones, most, x }: { bar: ChartBar; tones: readonly Tone[]; most: number; x: number }) {
  const tall = bar.values.map((value, at) => {
    const own = (value / most) * (height - least)
    return value > 0 && at === bar.values.length - 1 ? Math.max(least, own) : own
  })
  return (
    <>
      <title>{bar.title}</title>
      {/* The whole column can be pointed at, however short its bar. */}
      <rect x={x} width="10" height={height} className="hover:fill-sunken fill-transparent" />
      {tall.map((own, at) => {
        const tone = tones[at] ?? 'none'
        const below = tall.slice(0, at).reduce((sum, each) => sum + each, 0)
        return (
          own > 0 && (
            <rect
              key={tone}
              x={x + 1}
              y={height - below - own}
              width="8"
              height={own}
              className={`pointer-events-none fill-current ${tone === 'none' ? 'text-edge' : toneText[tone]} ${tone === 'info' ? 'opacity-70' : ''}`}
            />
          )
        )
      })}
    </>
  )
}
