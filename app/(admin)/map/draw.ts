import type { useTranslations } from 'next-intl'
import { markOf, type Tone } from '@/components/status'
import type { MapNode, TableMap } from '@/lib/map/graph'
import type { DrawnNode } from './drawing'
import { search, type State } from './search'

/** What is wrong first: rows that are open, changes that are not recorded; else that all is as it should be. */
const rank: readonly Tone[] = ['bad', 'high', 'warn', 'info', 'ok', 'none']

/** The boxes of a map with their words; `href` leads to the same map around that table. */
export function drawn(
  map: TableMap,
  state: State,
  word: (of: 'rls' | 'capture', value: string) => string,
  t: ReturnType<typeof useTranslations<'map'>>,
  linked = true,
): DrawnNode[] {
  return map.nodes.map((node) => {
    const rls = markOf('rls', node.rls)
    const capture = markOf('capture', node.capture)
    const worse = rank.indexOf(rls.tone) <= rank.indexOf(capture.tone) ? rls : capture
    const told = words(node, word)
    return {
      ...node,
      tone: worse.tone,
      glyph: rls.glyph,
      state: told,
      title: `${node.id}: ${told}`,
      href: linked
        ? node.isFocus
          ? `/tables/${encodeURIComponent(node.id)}`
          : search.href(state, { focus: node.id })
        : null,
    }
  })
  function words(node: MapNode, of: typeof word) {
    return t('state', { rls: of('rls', node.rls), capture: of('capture', node.capture) })
  }
}
