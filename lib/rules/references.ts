/** What row isolation answers to. */
export const isolationReferences: readonly string[] = [
  'LGPD art. 46',
  'LGPD art. 6, VII',
  'Law 13.787/2018 art. 4',
  'CFM 1.821/2007',
  'ISO 27001 A.8.3',
]

/** Speed and running of what isolates rows. */
export const operationReferences: readonly string[] = ['LGPD art. 6, VII', 'ISO 27001 A.8.6']
