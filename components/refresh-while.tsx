'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Asks for the page again every `every` milliseconds, as long as it is on the page and the page is looked at. */
export function RefreshWhile({ every = 1_000 }: { every?: number }) {
  const router = useRouter()
  useEffect(() => {
    const timer = setInterval(() => {
      if (document.visibilityState === 'visible') router.refresh()
    }, every)
    return () => clearInterval(timer)
  }, [router, every])
  return null
}
