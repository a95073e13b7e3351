import Link from 'next/link'
import type { Route } from 'next'
import type { ComponentProps, ReactNode } from 'react'

const base =
  'rounded-control inline-flex min-h-8 items-center justify-center gap-1.5 border px-3 py-1 font-medium whitespace-nowrap disabled:opacity-60 no-print'
const plain = 'border-edge bg-panel text-ink hover:bg-sunken'
const strong = 'border-accent bg-accent text-paper hover:brightness-110'
const grave = 'border-bad bg-panel text-bad hover:bg-bad-bg'

type Look = {
  /** The one thing this page is for: at most one on a page. */
  primary?: boolean
  /** Ends or withdraws something. */
  danger?: boolean
}

const look = ({ primary, danger }: Look) => `${base} ${primary ? strong : danger ? grave : plain}`

/** A button: a verb. `type` is `button` unless said otherwise. */
export function Button({
  primary,
  danger,
  className = '',
  type = 'button',
  ...rest
}: Look & ComponentProps<'button'>) {
  return <button type={type} className={`${look(flags(primary, danger))} ${className}`} {...rest} />
}

/** A link that looks like a button. `download` makes it an ordinary link that the router leaves alone. */
export function LinkButton({
  href,
  primary,
  danger,
  download,
  children,
}: Look & { href: string; download?: boolean; children: ReactNode }) {
  const className = look(flags(primary, danger))
  if (download) {
    return (
      <a href={href} download className={className}>
        {children}
      </a>
    )
  }
  return (
    <Link href={href as Route} prefetch={false} className={className}>
      {children}
    </Link>
  )
}

const flags = (primary = false, danger = false): Look => ({ primary, danger })
