'use client'

import { useEffect } from 'react'

/** Tells the server the browser's time zone, so that exact times are the reader's. Seen from the next page on. */
export function RememberZone() {
  useEffect(() => {
    const { timeZone } = new Intl.DateTimeFormat().resolvedOptions()
    if (timeZone) document.cookie = `tabellion_zone=${timeZone}; path=/; max-age=31536000; samesite=lax`
  }, [])
  return null
}
