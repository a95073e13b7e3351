import type { MapNode } from '@/lib/map/graph'
import type { Layout } from '@/lib/map/layout'

/** Words of a box, and where it leads. */
export interface DrawnNode extends MapNode {
  readonly tone: string
  readonly glyph: string
  readonly state: string
  readonly title: string
  readonly href: string | null
}

/** The map as SVG. Colours are the tokens of the page; a file to take along brings its own values for them. */
export function Drawing({
  layout,
  nodes,
  label,
  colours,
}: {
  layout: Layout
  nodes: readonly DrawnNode[]
  label: string
  colours?: string
}) {
  return (
    <svg
      xmlns="http://www.w3.org/2000/svg"
      viewBox={`0 0 ${layout.width} ${layout.height}`}
      width="100%"
      height="100%"
      role="group"
      aria-label={label}
      style={{ fontFamily: "var(--font-mono, ui-monospace, 'DejaVu Sans Mono', monospace)" }}
    >
      {colours && <style>{colours}</style>}
      <defs>
        <marker
          id="map-arrow"
          viewBox="0 0 8 8"
          refX="7"
          refY="4"
          markerWidth="7"
          markerHeight="7"
          orient="auto"
        >
          <path d="M0 0.5 L7 4 L0 7.5 z" fill="var(--color-edge)" />
        </marker>
      </defs>
      {layout.wires.map((wire) => (
        <path
          key={`${wire.from} ${wire.to}`}
          d={wire.points
            .map(([x, y], at) => `${at === 0 ? 'M' : 'L'}${x.toFixed(1)} ${y.toFixed(1)}`)
            .join(' ')}
          fill="none"
          stroke="var(--color-edge)"
          strokeWidth="1.2"
          strokeLinejoin="round"
          markerEnd="url(#map-arrow)"
        >
          <title>{`${wire.from} → ${wire.to}\n${wire.keys.join('\n')}`}</title>
        </path>
      ))}
      {nodes.map((node) => {
        const box = layout.boxes.get(node.id)
        if (!box) return null
        const shape = <NodeShape node={node} box={box} />
        return node.href ? (
          <a key={node.id} href={node.href} aria-label={node.title}>
            {shape}
          </a>
        ) : (
          <g key={node.id}>{shape}</g>
        )
      })}
    </svg>
  )
}

function NodeShape({
  node,
  box,
}: {
  node: DrawnNode
  box: { x: number; y: number; width: number; height: number }
}) {
  return (
    <g transform={`translate(${box.x.toFixed(1)} ${box.y.toFixed(1)})`}>
      <title>{node.title}</title>
      <rect
        width={box.width}
        height={box.height}
        rx="6"
        fill={node.isFocus ? 'var(--color-info-bg)' : 'var(--color-panel)'}
        stroke={`var(--color-${node.isFocus ? 'accent' : node.tone === 'none' ? 'edge' : node.tone})`}
        strokeWidth={node.isFocus ? 2 : 1.4}
      />
      <rect width="4" height={box.height - 12} x="0" y="6" fill={`var(--color-${node.tone})`} />
      <text x="12" y="19" fontSize="12" fill="var(--color-ink)">
        {node.id}
      </text>
      <text x="12" y="36" fontSize="11" fill={`var(--color-${node.tone})`}>
        {`${node.glyph} ${node.state}`}
      </text>
    </g>
  )
}
