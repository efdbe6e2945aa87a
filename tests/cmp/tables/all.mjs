/** The tables, one for each aspect, and the reasons that no row can give. */
export { commands } from './commands.mjs';
export { connection } from './connection.mjs';
export { credentials } from './credentials.mjs';
export { enrolment } from './enrolment.mjs';
export { status } from './status.mjs';
export { verification } from './verification.mjs';
export { unreachable } from './unreachable.mjs';
