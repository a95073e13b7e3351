'use client'

import { useActionResult } from '@/components/action-form'

/** What PostgreSQL answered, inside the form whose action asked it. */
export function SeenAnswers({
  words,
}: {
  words: { nothing: string; caption: string; asked: string; answer: string }
}) {
  const data = useActionResult()?.data
  if (!data) return null
  return (
    <div className="border-line rounded-control overflow-x-auto border">
      <table className="table w-full">
        <caption className="sr-only">{words.caption}</caption>
        <thead className="sr-only">
          <tr>
            <th scope="col">{words.asked}</th>
            <th scope="col">{words.answer}</th>
          </tr>
        </thead>
        <tbody>
          {Object.entries(data).map(([asked, text]) => (
            <tr key={asked}>
              <th scope="row" className="text-muted text-start font-mono font-normal">
                {asked}
              </th>
              <td className="font-mono [overflow-wrap:anywhere]">
                {text.startsWith('✕') ? (
                  <span className="text-bad">{text}</span>
                ) : text === '' ? (
                  <span className="text-muted">{words.nothing}</span>
                ) : (
                  text.slice(1)
                )}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  )
}
