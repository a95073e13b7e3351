'use client'

import { useState } from 'react'

/** Copies a text. Works where the clipboard is closed too (plain http): then the text is selected by hand. */
export function CopyButton({ text, label, done }: { text: string; label: string; done: string }) {
  const [copied, setCopied] = useState(false)
  return (
    <button
      type="button"
      className="border-line bg-panel hover:bg-sunken rounded-status text-meta border px-1.5 py-0.5"
      onClick={async () => {
        await copy(text)
        setCopied(true)
        setTimeout(() => setCopied(false), 1500)
      }}
    >
      <span aria-live="polite">{copied ? done : label}</span>
    </button>
  )
}

async function copy(text: string) {
  if (navigator.clipboard) return navigator.clipboard.writeText(text)
  const area = document.createElement('textarea')
  area.value = text
  document.body.append(area)
  area.select()
  document.execCommand('copy')
  area.remove()
}
