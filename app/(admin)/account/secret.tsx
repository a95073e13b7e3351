'use client'

import { useActionResult } from '@/components/action-form'

/** What an authenticator needs and the backup codes, shown once inside the form whose action made them. */
export function Secret({ words }: { words: { secret: string; open: string; codes: string; keep: string } }) {
  const data = useActionResult()?.data
  if (!data?.secret) return null
  return (
    <div className="border-line bg-sunken rounded-card max-w-[48ch] space-y-2 border p-3" data-secret>
      <p className="font-medium">{words.secret}</p>
      <p className="font-mono [overflow-wrap:anywhere] select-all">
        {data.secret.match(/.{1,4}/g)?.join(' ')}
      </p>
      <p>
        <a href={data.uri} className="link">
          {words.open}
        </a>
      </p>
      <p className="font-medium">{words.codes}</p>
      <ul className="grid grid-cols-2 gap-x-4 font-mono">
        {data.codes?.split(' ').map((code) => (
          <li key={code}>{code}</li>
        ))}
      </ul>
      <p className="text-muted text-meta">{words.keep}</p>
    </div>
  )
}
