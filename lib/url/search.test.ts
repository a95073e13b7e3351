import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { choice, cursor, defineSearch, flag, list, oneOf, pageNumber, sort, text } from './search'

const search = defineSearch('/tables', {
  q: text,
  rls: oneOf('on', 'off'),
  show: choice('all', 'open'),
  schema: list(),
  sort: sort('name', 'rows'),
  hide: list('size', 'rows'),
  open: flag,
  page: pageNumber,
  after: cursor,
  peek: text,
})
const empty = search.parse({})

describe('the state of a list in the URL', () => {
  test('defaults stay out', () => {
    expect(search.href(empty)).toBe('/tables')
    expect(search.query(empty)).toBe('')
  })

  test('what is written is read again', () => {
    fc.assert(
      fc.property(fc.string(), fc.array(fc.string({ minLength: 1 }), { maxLength: 5 }), (q, schema) => {
        const wanted = { ...empty, q: q.slice(0, 500), schema: [...new Set(schema)] }
        const url = new URL(search.href(wanted), 'http://localhost')
        const params = Object.fromEntries(
          [...new Set(url.searchParams.keys())].map((k) => [k, url.searchParams.getAll(k)]),
        )
        expect(search.parse(params)).toEqual(wanted)
      }),
    )
  })

  test('a form may repeat a key instead of writing a comma', () => {
    expect(search.parse({ schema: ['a', 'b'] }).schema).toEqual(['a', 'b'])
    expect(search.parse({ schema: 'a,b' }).schema).toEqual(['a', 'b'])
  })

  test('what does not fit is left out', () => {
    const state = search.parse({
      rls: 'maybe',
      show: 'x',
      sort: '-size',
      hide: 'size,secret',
      page: '-3',
      other: '1',
    })
    expect(state).toEqual({ ...empty, hide: ['size'] })
  })

  test('a new filter starts at the first page and closes the peek; a hidden column does neither', () => {
    const state = { ...empty, page: 5, after: 'x', peek: 'y' }
    expect(search.href(state, { q: 'a' })).toBe('/tables?q=a')
    expect(search.href(state, { hide: ['size'] })).toBe('/tables?hide=size&page=5&after=x&peek=y')
    expect(search.href(state, { peek: null })).toBe('/tables?page=5&after=x')
  })

  test('a form keeps what it has no field for', () => {
    const state = { ...empty, q: 'a', schema: ['x', 'y'], hide: ['size' as const], page: 3, peek: 'p' }
    expect(search.kept(state, ['q'])).toEqual([
      ['schema', 'x,y'],
      ['hide', 'size'],
    ])
  })
})
