import { getTranslations } from 'next-intl/server'
import { drawn } from '@/app/(admin)/map/draw'
import { Drawing } from '@/app/(admin)/map/drawing'
import { search } from '@/app/(admin)/map/search'
import { mapOf } from '@/lib/map/graph'
import { layoutOf } from '@/lib/map/layout'
import { catalogFile } from '../catalog-csv'

/** The light theme's values of the colours that a drawing names, for readers that know no theme. */
const colours = `:root{--color-panel:#fff;--color-ink:#1c2530;--color-edge:#848b93;--color-accent:#1f5fa8;--color-info-bg:#e8f0fa;
--color-ok:#0b6b4b;--color-warn:#7d5a00;--color-high:#9a4300;--color-bad:#b3261e;--color-info:#1f5fa8;--color-none:#667}`

/** The map of the URL state as one SVG file that needs nothing else. */
export const GET = catalogFile('map.svg', 'image/svg+xml', 'catalog:read', async ({ facts }, params) => {
  const state = search.parse(params)
  const status = await getTranslations('status')
  const t = await getTranslations('map')
  const focus = facts.roots.find((table) => table.id === state.focus)?.id ?? null
  const map = mapOf(facts, { focus, depth: Number(state.depth) })
  const layout = await layoutOf(map)
  const word = (of: 'rls' | 'capture', value: string) => status(`${of}.${value}` as 'rls.forced')
  const { renderToStaticMarkup } = await import('react-dom/server')
  const svg = renderToStaticMarkup(
    <Drawing
      layout={layout}
      nodes={drawn(map, state, word, t, false)}
      label={t('drawing')}
      colours={colours}
    />,
  )
  return {
    text: svg.replace('width="100%" height="100%"', `width="${layout.width}" height="${layout.height}"`),
    lines: map.nodes.length,
  }
})
