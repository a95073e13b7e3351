import Link from 'next/link'
import type { Route } from 'next'
import { useTranslations } from 'next-intl'
import { markOf, useStatusWord } from '@/components/status'
import type { Relation } from '@/lib/catalog/types-relation'
import type { RelationId } from '@/lib/catalog/types'
import type { Link as Key } from '@/lib/inventory/relationships'
import { rlsState } from '@/lib/inventory/tables'
import type { Facts } from '@/lib/rules/facts'
import { tablePath } from '@/lib/url/paths'

const width = 900
const box = { width: 250, height: 44, gap: 12 }
const drawnAtMost = 12

interface Props {
  relation: Relation
  facts: Facts
  outgoing: readonly Key[]
  incoming: readonly Key[]
}

/** The table in the middle, what refers to it on the left, what it refers to on the right; dashed where no index serves. */
export function Diagram({ relation, facts, outgoing, incoming }: Props) {
  const t = useTranslations('tables.relationships')
  const left = neighbours(incoming, relation.id)
  const right = neighbours(outgoing, relation.id)
  const rows = Math.max(left.shown.length, right.shown.length, 1)
  const height = rows * (box.height + box.gap) + box.gap
  const middle = { x: (width - box.width) / 2, y: (height - box.height) / 2 }
  const yOf = (at: number, of: number) =>
    (height - of * (box.height + box.gap)) / 2 + at * (box.height + box.gap) + box.gap / 2
  const rest = left.hidden + right.hidden
  return (
    <figure>
      {/* Wider than a phone: the drawing scrolls, and the keyboard reaches it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex */}
      <div
        className="border-line rounded-card bg-panel overflow-x-auto border p-3"
        tabIndex={0}
        role="region"
        aria-label={t('title')}
      >
        <svg
          viewBox={`0 0 ${width} ${height}`}
          width={width}
          height={height}
          className="mx-auto block"
          role="group"
          aria-label={t('title')}
        >
          {left.shown.map(([id, key], at) => (
            <Wire
              key={id}
              from={[box.width, yOf(at, left.shown.length) + box.height / 2]}
              to={[middle.x, height / 2]}
              indexed={key.indexed !== false}
            />
          ))}
          {right.shown.map(([id, key], at) => (
            <Wire
              key={id}
              from={[middle.x + box.width, height / 2]}
              to={[width - box.width, yOf(at, right.shown.length) + box.height / 2]}
              indexed={key.indexed !== false}
            />
          ))}
          {left.shown.map(([id], at) => (
            <Box key={id} id={id} relation={facts.relation.get(id)} x={0} y={yOf(at, left.shown.length)} />
          ))}
          {right.shown.map(([id], at) => (
            <Box
              key={id}
              id={id}
              relation={facts.relation.get(id)}
              x={width - box.width}
              y={yOf(at, right.shown.length)}
            />
          ))}
          <Box id={relation.id} relation={relation} x={middle.x} y={middle.y} focus />
        </svg>
      </div>
      <figcaption className="text-muted text-meta mt-1.5">
        — {t('indexed')} · -- {t('notIndexed')}
        {rest > 0 && ` · ${t('more', { count: rest })}`}
      </figcaption>
    </figure>
  )
}

/** One neighbour once, whatever number of keys lead there; drawn as indexed only if every key is. */
function neighbours(keys: readonly Key[], self: RelationId) {
  const byOther = new Map<RelationId, Key>()
  for (const key of keys) {
    if (key.other === self) continue
    const known = byOther.get(key.other)
    byOther.set(key.other, known?.indexed === false ? known : key)
  }
  const all = [...byOther]
  return { shown: all.slice(0, drawnAtMost), hidden: Math.max(0, all.length - drawnAtMost) }
}

function Wire({
  from,
  to,
  indexed,
}: {
  from: readonly [number, number]
  to: readonly [number, number]
  indexed: boolean
}) {
  const bend = (from[0] + to[0]) / 2
  return (
    <path
      d={`M ${from[0]} ${from[1]} C ${bend} ${from[1]}, ${bend} ${to[1]}, ${to[0]} ${to[1]}`}
      fill="none"
      stroke={indexed ? 'var(--color-edge)' : 'var(--color-warn)'}
      strokeWidth={1.5}
      strokeDasharray={indexed ? undefined : '5 4'}
    />
  )
}

function Box({
  id,
  relation,
  x,
  y,
  focus = false,
}: {
  id: string
  relation: Relation | undefined
  x: number
  y: number
  focus?: boolean
}) {
  const word = useStatusWord()
  const rls = relation ? rlsState(relation) : 'notApplicable'
  const { glyph, tone } = markOf('rls', rls)
  const label = id.length > 32 ? `${id.slice(0, 31)}…` : id
  return (
    <Link href={tablePath(id, 'relationships') as Route} prefetch={false}>
      <title>{`${id} · RLS ${word('rls', rls)}`}</title>
      <rect
        x={x + 0.75}
        y={y + 0.75}
        width={box.width - 1.5}
        height={box.height - 1.5}
        rx={6}
        fill={focus ? 'var(--color-info-bg)' : 'var(--color-sunken)'}
        stroke={focus ? 'var(--color-accent)' : 'var(--color-line)'}
        strokeWidth={1.5}
      />
      <text x={x + 10} y={y + 19} fontSize={12} fill="var(--color-ink)" fontFamily="var(--font-mono)">
        {label}
      </text>
      <text x={x + 10} y={y + 35} fontSize={11} fill={`var(--color-${tone})`}>
        {`${glyph} RLS ${word('rls', rls)}`}
      </text>
    </Link>
  )
}
