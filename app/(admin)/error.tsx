'use client'

import { FailedPage } from '@/components/failed-page'

export default function Failed({ error, reset }: { error: Error & { digest?: string }; reset: () => void }) {
  return <FailedPage digest={error.digest} retry={reset} />
}
