import { KeyValues } from '@/components/page'

/** Catalog facts of a finding, name by name; lists as lists, everything else as it is written in the catalog. */
export function Evidence({ evidence }: { evidence: Readonly<Record<string, unknown>> }) {
  return (
    <div className="border-line rounded-card bg-panel border px-4 py-3">
      <KeyValues
        items={Object.entries(evidence).map(([name, value]) => [
          <span key={name} className="font-mono">
            {name}
          </span>,
          <Value key={`${name} value`} value={value} />,
        ])}
      />
    </div>
  )
}

function Value({ value }: { value: unknown }) {
  if (Array.isArray(value)) {
    if (value.length === 0) return <span className="text-muted">—</span>
    return (
      <ul>
        {value.map((item, at) => (
          <li key={at}>
            <Value value={item} />
          </li>
        ))}
      </ul>
    )
  }
  if (value === null || value === undefined) return <span className="text-muted">null</span>
  const text = typeof value === 'object' ? JSON.stringify(value) : String(value)
  return <code className="break-words whitespace-pre-wrap">{text}</code>
}
