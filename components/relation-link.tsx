import Link from 'next/link'
import type { Route } from 'next'
import { tablePath } from '@/lib/url/paths'

/** A relation by its quoted name, leading to its page. */
export function RelationLink({ id }: { id: string }) {
  return (
    <Link href={tablePath(id) as Route} prefetch={false} className="link font-mono break-words">
      {id}
    </Link>
  )
}
