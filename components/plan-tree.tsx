import { useLocale, useTranslations } from 'next-intl'
import { count } from '@/lib/format/format'
import type { PlanNode } from '@/lib/operations/plan'

/** A measured plan as nested steps: each with its own share of the time, rows estimated and met, and its condition. */
export function PlanTree({ node }: { node: PlanNode }) {
  return (
    <ul>
      <Step node={node} whole={Math.max(node.total, 0.001)} />
    </ul>
  )
}

function Step({ node, whole }: { node: PlanNode; whole: number }) {
  const t = useTranslations('performance.step')
  const locale = useLocale()
  const time = (ms: number) =>
    `${new Intl.NumberFormat(locale, { maximumFractionDigits: ms < 1 ? 3 : 1 }).format(ms)} ms`
  const share = Math.min(100, (node.own / whole) * 100)
  const { isFarOff: isOff } = node
  return (
    <li className="min-w-0">
      <div className="border-line border-t py-1.5">
        <div className="flex flex-wrap items-baseline gap-x-3 gap-y-0.5">
          <span className="font-medium">{node.kind}</span>
          {node.on && <code className="[overflow-wrap:anywhere]">{node.on}</code>}
          {node.once && (
            <span className="bg-info-bg text-info rounded-status text-meta px-1.5">{t('once')}</span>
          )}
          {node.actual === null && <span className="text-muted text-meta">{t('never')}</span>}
        </div>
        <div className="text-meta mt-1 grid items-center gap-x-3 sm:grid-cols-[10rem_1fr]">
          <svg
            role="img"
            aria-label={t('share', { share: Math.round(share) })}
            viewBox="0 0 100 6"
            preserveAspectRatio="none"
            className="rounded-full h-1.5 w-full"
          >
            <rect width="100" height="6" className="fill-none-bg" />
            <rect width={share.toFixed(1)} height="6" className="fill-info" />
          </svg>
          <span className="text-muted flex flex-wrap gap-x-3">
            <span>{t('own', { time: time(node.own), total: time(node.total) })}</span>
            <span className={isOff ? 'text-warn font-medium' : ''}>
              {isOff && <span aria-hidden="true">▲ </span>}
              {t('rows', {
                count: node.actual ?? 0,
                actual: count(node.actual, locale),
                estimated: Math.round(node.estimated),
              })}
              {isOff && ` · ${t('off')}`}
            </span>
            {node.removed > 0 && <span>{t('removed', { rows: count(node.removed, locale) })}</span>}
            {node.loops > 1 && <span>{t('loops', { loops: count(node.loops, locale) })}</span>}
            {node.blocks > 0 && <span>{t('blocks', { blocks: node.blocks })}</span>}
          </span>
        </div>
        {node.condition && (
          <code className="text-muted mt-1 block [overflow-wrap:anywhere]">{node.condition}</code>
        )}
        {node.unasked > 0 && (
          <p className="text-muted text-meta mt-1">{t('unasked', { questions: node.unasked })}</p>
        )}
      </div>
      {node.children.length > 0 && (
        <ul className="border-line ml-1 border-l pl-3 sm:ml-2 sm:pl-4">
          {node.children.map((child, at) => (
            <Step key={at} node={child} whole={whole} />
          ))}
        </ul>
      )}
    </li>
  )
}
