'use client'

import { useId, useState } from 'react'
import { useActionResult } from '@/components/action-form'

export interface SentFileWords {
  readonly file: string
  readonly sending: string
  readonly kept: string
  readonly failed: string
  readonly large: string
}

/** A PDF or picture that is sent and kept as soon as it is chosen; the form then carries its id in `name`. */
export function SentFile({
  name,
  patient,
  words,
  onKept,
}: {
  name: string
  patient: string
  words: SentFileWords
  /** Its SHA-256 in hexadecimal digits. */
  onKept?: (sha256: string) => void
}) {
  const wrong = useActionResult()?.fields?.[name]
  const id = useId()
  const [file, setFile] = useState('')
  const [said, setSaid] = useState<{ ok: boolean; text: string } | null>(null)
  async function send(chosen: File) {
    setFile('')
    setSaid({ ok: true, text: words.sending })
    // Seen here first, so that nobody waits for a file that is too large anyway; the server looks again.
    if (chosen.size > 10 * 1024 * 1024) return setSaid({ ok: false, text: words.large })
    try {
      const answer = await fetch(`/upload/evidence?patient=${patient}`, { method: 'POST', body: chosen })
      const told = (await answer.json()) as { id?: string; sha256?: string; message?: string }
      if (!told.id || !told.sha256) return setSaid({ ok: false, text: told.message ?? words.failed })
      setFile(told.id)
      onKept?.(told.sha256)
      setSaid({ ok: true, text: words.kept })
    } catch {
      setSaid({ ok: false, text: words.failed })
    }
  }
  return (
    <div>
      <label htmlFor={id} className="mb-1 block font-medium">
        {words.file}
      </label>
      <input
        id={id}
        type="file"
        accept="application/pdf,image/png,image/jpeg"
        aria-invalid={wrong ? true : undefined}
        aria-describedby={`${id}-said ${id}-wrong`}
        className="text-meta file:border-edge file:bg-panel file:rounded-control hover:file:bg-sunken max-w-full file:mr-3 file:border file:px-2.5 file:py-1"
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          if (chosen) void send(chosen)
        }}
      />
      <p
        id={`${id}-said`}
        role="status"
        className={said ? `mt-1 ${said.ok ? 'text-muted' : 'text-bad'}` : 'sr-only'}
      >
        {said && `${said.ok ? '' : '✕ '}${said.text}`}
      </p>
      {wrong && (
        <p id={`${id}-wrong`} className="text-bad text-meta mt-1">
          ✕ {wrong}
        </p>
      )}
      <input type="hidden" name={name} value={file} />
    </div>
  )
}
