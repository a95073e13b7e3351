import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { byWord, changesOf, shown } from './diff'
import { sentenceOf } from './sentence'

const recorded = (changedFields: string[] | null, oldValues: object | null, newValues: object | null) =>
  ({ changedFields, oldValues, newValues }) as Parameters<typeof changesOf>[0]

test('A creation has only new values, a deletion only old ones, and a stored null is not an absent value', () => {
  const created = changesOf(recorded(null, null, { name: 'Botox', price: null }))
  expect(created.map((c) => [c.field, c.kind, c.before.kind, c.after])).toEqual([
    ['name', 'added', 'absent', { kind: 'value', value: 'Botox' }],
    ['price', 'added', 'absent', { kind: 'value', value: null }],
  ])
  const deleted = changesOf(recorded(null, { name: 'Botox' }, null))
  expect(deleted.map((c) => [c.field, c.kind, c.after.kind])).toEqual([['name', 'removed', 'absent']])
})

test('A field that the log names without a value is masked', () => {
  expect(changesOf(recorded(['phone', 'status'], { status: 'a' }, { status: 'b' }))).toMatchObject([
    { field: 'phone', kind: 'masked', before: { kind: 'masked' }, after: { kind: 'masked' } },
    { field: 'status', kind: 'changed' },
  ])
})

test('A field that must be masked stays masked even where a log holds its value', () => {
  const changes = changesOf(recorded(['cpf'], { cpf: '111' }, { cpf: '222' }), (column) => column === 'cpf')
  expect(JSON.stringify(changes)).not.toMatch(/111|222/)
  expect(changes).toMatchObject([{ field: 'cpf', kind: 'masked' }])
})

test('No value of a masked row survives in its changes, whatever the row', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (row) => {
      const changes = changesOf(recorded(Object.keys(row), row, null), () => true)
      return changes.every((c) => c.kind === 'masked' && c.pieces === null && c.before.kind === 'masked')
    }),
  )
})

test('JSON is compared by path, whatever the order of its keys', () => {
  const changes = changesOf(
    recorded(
      ['settings'],
      { settings: { a: { x: 1, y: 2 }, list: [{ n: 1 }], gone: true } },
      { settings: { list: [{ n: 2 }, { n: 3 }], a: { y: 2, x: 5 } } },
    ),
  )
  expect(changes.map((c) => [c.field, c.kind])).toEqual([
    ['settings.a.x', 'changed'],
    ['settings.gone', 'removed'],
    ['settings.list[0].n', 'changed'],
    ['settings.list[1]', 'added'],
  ])
})

test('Bookkeeping columns come last and are marked', () => {
  const changes = changesOf(recorded(['a', 'updated_at'], { updated_at: 1, z: 1 }, { updated_at: 2, z: 2 }))
  expect(changes.map((c) => [c.field, c.bookkeeping])).toEqual([
    ['a', false],
    ['z', false],
    ['updated_at', true],
  ])
})

test('A column called __proto__ or constructor is a column like another', () => {
  const row = JSON.parse('{"__proto__": "x", "constructor": "y"}') as object
  expect(changesOf(recorded(null, null, row)).map((c) => c.field)).toEqual(['__proto__', 'constructor'])
})

test('Equal rows have no changes', () => {
  fc.assert(
    fc.property(
      fc.dictionary(fc.string(), fc.jsonValue()),
      (row) => changesOf(recorded(null, row, row)).length === 0,
    ),
  )
})

test('Long text is compared by word, and the pieces give both texts back', () => {
  const text = fc.array(fc.constantFrom('lorem', 'ipsum', 'dolor', 'sit'), { minLength: 15, maxLength: 40 })
  fc.assert(
    fc.property(text, text, (a, b) => {
      const [old, now] = [a.join(' '), b.join(' ')]
      const pieces = byWord(old, now) ?? []
      const read = (skip: string) =>
        pieces
          .filter((p) => p.kind !== skip)
          .map((p) => p.text)
          .join('')
      return read('new') === old && read('old') === now
    }),
  )
  expect(byWord('short', 'text')).toBeNull()
})

test('Empty text is shown as such and null is left to the caller', () => {
  expect([shown(''), shown(null), shown(false), shown({ a: [1] })]).toEqual([
    '""',
    null,
    'false',
    '{"a":[1]}',
  ])
})

const told = (over: object) => ({
  action: 'update',
  outcome: 'success',
  tableName: 'patients',
  recordCount: null,
  ...recorded(null, null, null),
  ...over,
})

test('The sentence says who did what to which thing, in both languages', () => {
  expect(
    sentenceOf(told({ changedFields: ['phone', 'email', 'row_version'], recordCount: 1 }), 'M. Ortiz'),
  ).toEqual({
    en: 'M. Ortiz changed a patient: phone, email.',
    pt: 'M. Ortiz alterou um paciente: phone, email.',
  })
  expect(sentenceOf(told({ action: 'export', tableName: 'audit_logs', recordCount: 12 }), 'Ana').en).toBe(
    'Ana exported the audit log (12 rows).',
  )
  expect(sentenceOf(told({ action: 'login', tableName: null }), 'Ana').pt).toBe('Ana entrou.')
  expect(sentenceOf(told({ action: 'create', tableName: 'lab.results', recordCount: 1 }), 'Ana').en).toBe(
    'Ana created a row of lab.results.',
  )
})

const consent = (newValues: object) => told({ tableName: 'consent_records', newValues })

test('The sentence names a withdrawal and a refusal of consent, and never mixes them up', () => {
  expect(sentenceOf(consent({ status: 'withdrawn', status_reason: 'subject_request' }), 'Ana').pt).toBe(
    'Ana registrou a revogação de um consentimento.',
  )
  expect(sentenceOf(consent({ status: 'withdrawn', status_reason: 'refused' }), 'Ana').en).toBe(
    'Ana recorded the refusal of a consent.',
  )
  const captured = { ...consent({ status: 'pending' }), action: 'consent', recordCount: 1 }
  expect(sentenceOf(captured, 'Ana').en).toBe('Ana requested a consent.')
})

test('A denied try is told as a try', () => {
  expect(sentenceOf(told({ action: 'read', outcome: 'denied' }), 'Ana')).toEqual({
    en: 'Ana tried to read a patient and was denied.',
    pt: 'Ana tentou acessar um paciente e teve o acesso negado.',
  })
})
