'use client'

import { useActionResult } from '@/components/action-form'
import { CopyButton } from '@/components/copy-button'

/** The address of a sitting, shown once inside the form whose action made it, to be copied or photographed. */
export function OneTimeLink({
  words,
}: {
  words: { title: string; note: string; copy: string; copied: string; qr: string }
}) {
  const data = useActionResult()?.data
  if (!data?.address) return null
  return (
    <div className="border-line bg-sunken rounded-card border p-4">
      <p className="font-medium">{words.title}</p>
      <p className="my-2 flex flex-wrap items-center gap-2">
        <code className="[overflow-wrap:anywhere] select-all" data-secret>
          {data.address}
        </code>
        <CopyButton text={data.address} label={words.copy} done={words.copied} />
      </p>
      {data.qr && (
        <img
          src={`data:image/svg+xml;utf8,${encodeURIComponent(data.qr)}`}
          alt={words.qr}
          width={200}
          height={200}
          className="rounded-control bg-[white]"
        />
      )}
      <p className="text-muted text-meta mt-2">{words.note}</p>
    </div>
  )
}
