'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Looks again every second while something runs; without a script the page has a link for it. */
export function Looking() {
  const { refresh } = useRouter()
  useEffect(() => {
    const timer = setInterval(refresh, 1_000)
    return () => clearInterval(timer)
  }, [refresh])
  return null
}
