/** Rules that several requirements lean on, by what they show together. */

/** Rows of one clinic stay out of reach of another. */
export const isolation = [
  'T01 T02 T04 T05 T06 T07 T08 T14 T15 T16 T17 T18 T19 T22 T23 T26 T27 T28 T29 T30 T31 T32 T33 T34 T35 T36',
  'K04 K05 K06',
].flatMap((codes) => codes.split(' '))

/** Policies let through what they are meant to, and say it once. */
export const effectivePolicies = ['T03', 'T09', 'T10', 'T11', 'T12', 'T13', 'T24', 'T25']

/** Roles hold what their work needs. */
export const leastPrivilege = ['P01', 'P02', 'P03', 'P04', 'P05', 'P06', 'P08', 'P09']

/** Every change reaches the trail. */
export const captured = ['A01', 'A02', 'A03', 'A04', 'A05', 'A10']

/** The trail cannot be changed by those it is about. */
export const immutableTrail = ['A06', 'A07', 'A08', 'A09']

/** Records are not erased with something else. */
export const keptRecords = ['A09', 'K07']
