import { useTranslations } from 'next-intl'
import { squarify, type Box } from './squarify'
import { toneText, type Tone } from './status'

const fill: Record<Tone, string> = {
  ok: 'fill-ok',
  warn: 'fill-warn',
  high: 'fill-high',
  bad: 'fill-bad',
  info: 'fill-info',
  none: 'fill-edge',
}

export interface Part {
  value: number
  tone: Tone
  /** What this part is, for the title and the text twin. */
  label: string
}

/** A bar of parts of a whole, with the same in words beside or under it (`text`, else "a of b" of the first part). */
export function Meter({
  parts,
  whole,
  label,
  text,
}: {
  parts: readonly Part[]
  whole?: number
  label: string
  text?: string
}) {
  const t = useTranslations('shell.chart')
  const total = whole ?? parts.reduce((sum, part) => sum + part.value, 0)
  const words = text ?? t('of', { part: String(parts[0]?.value ?? 0), whole: String(total) })
  const starts = parts.map((_, at) =>
    parts.slice(0, at).reduce((sum, part) => sum + share(part.value, total), 0),
  )
  return (
    <svg
      role="img"
      aria-label={`${label}: ${words}`}
      viewBox="0 0 100 8"
      preserveAspectRatio="none"
      className="rounded-full block h-2 w-full"
    >
      <rect width="100" height="8" className="fill-none-bg" />
      {parts.map((part, at) => (
        <rect
          key={part.label}
          x={starts[at]}
          width={share(part.value, total)}
          height="8"
          className={fill[part.tone]}
        >
          <title>{`${part.label}: ${part.value}`}</title>
        </rect>
      ))}
    </svg>
  )
}

const share = (value: number, total: number) => (total > 0 ? (value / total) * 100 : 0)

/** A line of a few values, oldest first, with its first and last in words. */
export function Spark({
  values,
  label,
  tone = 'info',
}: {
  values: readonly number[]
  label: string
  tone?: Tone
}) {
  if (values.length < 2) return null
  const low = Math.min(...values)
  const span = Math.max(1, Math.max(...values) - low)
  const points = values.map((value, at) => {
    const x = (at / (values.length - 1)) * 196 + 2
    return [x, 36 - ((value - low) / span) * 32] as const
  })
  const line = points.map(([x, y]) => `${x.toFixed(1)},${y.toFixed(1)}`).join(' ')
  const last = points.at(-1)
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox="0 0 200 40"
      className={`block h-10 w-full max-w-64 ${toneText[tone]}`}
    >
      <title>{label}</title>
      <polygon points={`2,40 ${line} 198,40`} className="fill-current opacity-10" />
      <polyline points={line} fill="none" stroke="currentColor" strokeWidth="1.5" strokeLinejoin="round" />
      {last && <circle cx={last[0]} cy={last[1]} r="2.5" className="fill-current" />}
    </svg>
  )
}

/** A small bar behind a figure in a table cell: how much of the column's largest value this is. */
export function Bar({
  value,
  max,
  children,
}: {
  value: number | null
  max: number
  children: React.ReactNode
}) {
  return (
    <span className="relative inline-block min-w-16 text-end">
      <span
        aria-hidden="true"
        className="bg-info-bg rounded-status absolute inset-y-[-2px] right-0 -z-0"
        style={{ width: `${share(value ?? 0, max)}%` }}
      />
      <span className="relative">{children}</span>
    </span>
  )
}

export interface TreemapBox {
  key: string
  label: string
  /** Written where the label does not fit. */
  short?: string
  value: number
  tone: Tone
  /** Said on hover and to screen readers. */
  title: string
  href?: string
}

/**
 * Area is `value`, colour is state. Give the same facts as a table beside it: a picture alone is not enough. Boxes are
 * laid out for a wide picture and placed in percent, so that their labels keep their size on any screen.
 */
export function Treemap({
  boxes,
  label,
  height = 200,
}: {
  boxes: readonly TreemapBox[]
  label: string
  height?: number
}) {
  const places = squarify(
    boxes.map((box) => box.value),
    300,
    100,
  )
  return (
    <svg role="group" aria-label={label} width="100%" height={height} className="rounded-control block">
      {boxes.map((box, at) => {
        const place = places[at]
        if (!place || place.width < 0.5 || place.height < 0.5) return null
        const shape = <TreemapShape box={box} place={place} />
        return box.href ? (
          <a key={box.key} href={box.href} aria-label={box.title}>
            {shape}
          </a>
        ) : (
          <g key={box.key} role="img" aria-label={box.title}>
            {shape}
          </g>
        )
      })}
    </svg>
  )
}

const tint: Record<Tone, string> = {
  ok: 'fill-ok-bg',
  warn: 'fill-warn-bg',
  high: 'fill-high-bg',
  bad: 'fill-bad-bg',
  info: 'fill-info-bg',
  none: 'fill-none-bg',
}

function TreemapShape({ box, place }: { box: TreemapBox; place: Box }) {
  // About how many letters fit at the width the picture usually has.
  const letters = place.width / 4.4 - 2
  const text = [box.label, box.short ?? ''].find((each) => each.length <= letters)
  return (
    <svg
      x={`${(place.x / 3).toFixed(3)}%`}
      y={`${place.y.toFixed(3)}%`}
      width={`${(place.width / 3).toFixed(3)}%`}
      height={`${place.height.toFixed(3)}%`}
    >
      <title>{box.title}</title>
      <rect width="100%" height="100%" className={`${tint[box.tone]} stroke-panel`} strokeWidth="2" />
      {text && place.height > 12 && (
        <text x="8" y="18" className={`${fill[box.tone]} font-mono text-[11px]`}>
          {text}
        </text>
      )}
    </svg>
  )
}
