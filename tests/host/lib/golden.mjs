/** A value that the validator takes for a row of the command table. */
export function fitting(row) {
    switch (row.type) {
    case 'certificateId': return '0'.repeat(64);
    case 'base64': return 'eA==';
    case 'integer': return 1;
    case 'boolean': return true;
    case 'choice': return row.choices[0];
    default: return 'x';
    }
}

/** Parameters with which a command passes the validator and begins. */
export function golden(command) {
    return Object.fromEntries(command.params.filter(row => row.required)
        .map(row => [row.name, fitting(row)]));
}
