'use client'

import {
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
  type KeyboardEvent,
  type PointerEvent,
  type ReactNode,
} from 'react'

/**
 * A window onto something large: it scrolls by itself, is dragged with the pointer, and made larger or smaller by buttons or
 * by `+`, `-` and `0`, around its middle. Without JavaScript it still scrolls.
 */
export function PanZoom({
  width,
  height,
  center,
  initial,
  label,
  words,
  children,
}: {
  width: number
  height: number
  /** What to look at first, as shares of width and height. */
  center: readonly [x: number, y: number]
  /** The first size; 1 is the drawing's own. */
  initial: number
  label: string
  words: { readonly in: string; readonly out: string; readonly fit: string; readonly whole: string }
  children: ReactNode
}) {
  const frame = useRef<HTMLDivElement>(null)
  const held = useRef<{ x: number; y: number; left: number; top: number; moved: boolean } | null>(null)
  const [zoom, setZoom] = useState(initial)
  const middle = useRef<readonly [x: number, y: number] | null>(null)
  const to = (wanted: number) => {
    const box = frame.current
    if (box)
      middle.current = [
        (box.scrollLeft + box.clientWidth / 2) / box.scrollWidth,
        (box.scrollTop + box.clientHeight / 2) / box.scrollHeight,
      ]
    setZoom(Math.min(3, Math.max(0.15, wanted)))
  }
  const fit = () => {
    const box = frame.current
    if (box) to(Math.min((box.clientWidth - 2) / width, (box.clientHeight - 2) / height, 1.5))
  }
  const [x, y] = center
  useEffect(() => look(frame.current, x, y), [x, y])
  useLayoutEffect(() => {
    if (middle.current) look(frame.current, ...middle.current)
    middle.current = null
  })
  const type = (event: KeyboardEvent<HTMLDivElement>) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return
    if (event.key === '+' || event.key === '=') to(zoom * 1.25)
    else if (event.key === '-') to(zoom / 1.25)
    else if (event.key === '0') fit()
    else return
    event.preventDefault()
  }
  const grab = (event: PointerEvent<HTMLDivElement>) => {
    const box = frame.current
    if (!box || event.pointerType === 'touch' || event.button !== 0) return
    held.current = {
      x: event.clientX,
      y: event.clientY,
      left: box.scrollLeft,
      top: box.scrollTop,
      moved: false,
    }
  }
  const drag = (event: PointerEvent<HTMLDivElement>) => {
    const from = held.current
    const box = frame.current
    if (!from || !box) return
    const right = event.clientX - from.x
    const down = event.clientY - from.y
    if (Math.abs(right) + Math.abs(down) > 4) from.moved = true
    if (from.moved) box.scrollTo(from.left - right, from.top - down)
  }
  const button = 'border-edge bg-panel hover:bg-sunken rounded-control min-h-8 min-w-8 border px-2'
  return (
    <div>
      <div className="no-print mb-2 flex gap-1">
        <button
          type="button"
          className={button}
          aria-label={words.out}
          title={words.out}
          onClick={() => to(zoom / 1.25)}
        >
          −
        </button>
        <button
          type="button"
          className={button}
          aria-label={words.in}
          title={words.in}
          onClick={() => to(zoom * 1.25)}
        >
          +
        </button>
        <button type="button" className={button} onClick={fit}>
          {words.fit}
        </button>
        <button type="button" className={button} onClick={() => to(1)}>
          {words.whole}
        </button>
        <span role="status" className="text-muted text-meta self-center px-2">
          {Math.round(zoom * 100)}%
        </span>
      </div>
      {/* Dragging is one way among others: the keyboard scrolls it, the buttons size it. */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex, jsx-a11y/no-noninteractive-element-interactions */}
      <div
        ref={frame}
        tabIndex={0}
        role="region"
        aria-label={label}
        className="border-line rounded-card bg-paper h-[65vh] min-h-80 cursor-grab overflow-auto border active:cursor-grabbing print:h-auto"
        onKeyDown={type}
        onPointerDown={grab}
        onPointerMove={drag}
        onPointerUp={() => (held.current = held.current?.moved ? held.current : null)}
        onPointerLeave={() => (held.current = null)}
        onClickCapture={(event) => {
          // A drag that ends on a box is no click on it.
          if (held.current?.moved) event.preventDefault()
          held.current = null
        }}
        onDragStart={(event) => event.preventDefault()}
      >
        <div style={{ width: width * zoom, height: height * zoom }} className="mx-auto">
          {children}
        </div>
      </div>
    </div>
  )
}

/** Brings a point, as shares of width and height, to the middle of the window. */
function look(box: HTMLDivElement | null, x: number, y: number): void {
  box?.scrollTo(x * box.scrollWidth - box.clientWidth / 2, y * box.scrollHeight - box.clientHeight / 2)
}
