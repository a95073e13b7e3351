'use client'

import { usePathname, useSearchParams } from 'next/navigation'
import { Suspense, useEffect, useState } from 'react'

/** The thin line at the top between a press on a link of ours and the page it leads to. */
export function PendingLine() {
  return (
    <Suspense>
      <Line />
    </Suspense>
  )
}

function Line() {
  const here = `${usePathname()}?${useSearchParams().toString()}`
  const [leaving, setLeaving] = useState<string | null>(null)
  useEffect(() => {
    const onClick = (event: MouseEvent) => {
      if (event.metaKey || event.ctrlKey || event.shiftKey || event.button !== 0) return
      const link = event.target instanceof Element ? event.target.closest('a') : null
      if (!link || link.target || link.download || link.origin !== location.origin) return
      if (link.pathname + link.search !== location.pathname + location.search) setLeaving(here)
    }
    document.addEventListener('click', onClick)
    return () => document.removeEventListener('click', onClick)
  }, [here])
  return leaving === here ? <div aria-hidden="true" className="pending-line" /> : null
}
