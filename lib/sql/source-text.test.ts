import { expect, test } from 'vitest'
import { isVeiled, readings, runsSet, uncommented } from './source-text'

test('comments go, what looks like one in quotes stays', () => {
  expect(uncommented(`a -- it's one\nb /* c */ d`)).toBe('a  \nb   d')
  for (const text of [
    `'--' a`,
    `'it''s --' a`,
    String.raw`E'\'--' a`,
    `"--" a`,
    `$q$ -- $q$ a`,
    `'/*' a '*/'`,
  ])
    expect(uncommented(text)).toBe(text)
})

test('a statement that is put together is read as one', () => {
  expect(readings(`execute 'se' || 't local a.b' || $1`)).toContain(`execute 'set local a.b' || $1`)
  expect(readings(`execute 'set /* now */ local a.b = 1'`)).toContain(`execute 'set   local a.b = 1'`)
  expect(readings(`perform "set_config"('a.b', '1', true)`)[0]).toContain('set_config(')
  expect(readings(`execute $q$set local $q$ || k`).some(runsSet)).toBe(true)
  expect(readings(`update t set a = 1`).some(runsSet)).toBe(false)
})

test('names by their codes and texts that are decoded cannot be read', () => {
  for (const text of [
    String.raw`select U&"s\0065t_config"('a.b', '1', true)`,
    `execute convert_from(decode('00', 'hex'), 'utf8')`,
    `execute chr(115) || 'et a.b = 1'`,
    String.raw`execute E'\x73et a.b = 1'`,
  ])
    expect(isVeiled(text)).toBe(true)
  expect(isVeiled(`execute 'select 1' || chr(10)`)).toBe(false)
  expect(isVeiled(`select decode($1, 'hex')`)).toBe(false)
})
