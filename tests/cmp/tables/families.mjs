/** The forms of dialect npki that the test CA speaks. */
export const FAMILIES = ['yessign', 'crosscert', 'signkorea', 'signgate',
    'inipass', 'tradesign'];
