import ELK, { type ElkExtendedEdge, type ElkNode } from 'elkjs/lib/elk.bundled.js'
import type { RelationId } from '@/lib/catalog/types'
import type { TableMap } from './graph'

type Point = readonly [x: number, y: number]

/** Where everything of a map goes, in pixels. */
export interface Layout {
  readonly width: number
  readonly height: number
  readonly boxes: ReadonlyMap<
    RelationId,
    { readonly x: number; readonly y: number; readonly width: number; readonly height: number }
  >
  /** One line for each pair of tables, whatever number of keys join them. */
  readonly wires: readonly {
    readonly from: RelationId
    readonly to: RelationId
    readonly keys: readonly string[]
    readonly points: readonly Point[]
  }[]
}

const height = 46
/** Width of a letter of 12 px mono. */
const letter = 7.3
/** What `not forced, not captured` takes in either language, in its smaller letters. */
const least = 200
const elk = new ELK()

/** Lays a map out in layers, what is referred to on the right. The same map gives the same layout. */
export async function layoutOf(map: TableMap): Promise<Layout> {
  const pairs = new Map<string, { from: RelationId; to: RelationId; keys: string[] }>()
  for (const { from, to, columns, constraint } of map.edges) {
    if (from === to) continue
    const pair = pairs.get(`${from}\0${to}`) ?? { from, to, keys: [] }
    pair.keys.push(`${constraint} (${columns.join(', ')})`)
    pairs.set(`${from}\0${to}`, pair)
  }
  const wires = [...pairs.values()]
  const root: ElkNode = await elk.layout({
    id: 'root',
    layoutOptions: {
      'elk.algorithm': 'layered',
      'elk.direction': 'RIGHT',
      'elk.edgeRouting': 'ORTHOGONAL',
      'elk.layered.spacing.nodeNodeBetweenLayers': '56',
      'elk.spacing.nodeNode': '14',
      'elk.spacing.componentComponent': '28',
      'elk.spacing.edgeNode': '10',
      'elk.spacing.edgeEdge': '7',
      'elk.padding': '[top=12,left=12,bottom=12,right=12]',
    },
    children: map.nodes.map(({ id }) => ({ id, width: Math.max(least, id.length * letter + 24), height })),
    edges: wires.map(({ from, to }, at) => ({ id: String(at), sources: [from], targets: [to] })),
  })
  return {
    width: Math.ceil(root.width ?? 0),
    height: Math.ceil(root.height ?? 0),
    boxes: new Map(
      (root.children ?? []).map(({ id, x = 0, y = 0, width = 0, height: tall = height }) => [
        id as RelationId,
        { x, y, width, height: tall },
      ]),
    ),
    wires: wires.map((wire, at) => {
      const [section] = (root.edges?.[at] as ElkExtendedEdge | undefined)?.sections ?? []
      const points = section ? [section.startPoint, ...(section.bendPoints ?? []), section.endPoint] : []
      return { ...wire, points: points.map(({ x, y }): Point => [x, y]) }
    }),
  }
}
