/** A CA for the rows of tests/cmp/tables, one at a time. */
import { join } from 'node:path';

import { TestCa } from '../../ca/ca.mjs';
import { PERSON, folder } from './enrol.mjs';

const CLOSED = 1; /* a port where nobody listens */

/** A CA with both dialects that serves one row at a time. */
export class Lane {
    async start() {
        this.ca = new TestCa(join(folder('table-ca'), 'ca'));
        await this.ca.call('init', '--km');
        this.ports = await this.ca.serve({ tcpPort: 0 });
        this.family = 'yessign';
        this.definitions = new Map();
        await this.newPerson();
        this.words = { ...this.ports, closed: CLOSED,
            pemOfCa: (await this.ca.call('cert', '--what', 'ca')).pem,
            pemOfTls: (await this.ca.call('cert', '--what', 'tls')).pem };
        return this;
    }

    stop() {
        return this.ca.stop();
    }

    get http() {
        return this.ports.http;
    }

    /** Whom the next codes are for. */
    async newPerson() {
        Object.assign(this, await this.ca.call('person', '--name', PERSON.name,
            '--english', PERSON.english, '--idn', PERSON.idn));
    }

    code(kind, ...more) {
        return this.ca.call('code', '--person', this.person, '--kind', kind,
            ...more);
    }

    /** A CA definition; made by the CA once for each set of options. */
    async definition({ dialect = 'rfc9483', family = 'yessign', define = [] }) {
        const key = [dialect, family, ...define].join(' ');
        if (!this.definitions.has(key))
            this.definitions.set(key, await this.ca.call('definition',
                '--name', 'test', ...dialect === 'npki'
                    ? ['--dialect', 'npki', '--family', family, '--endpoint',
                        `tcp://127.0.0.1:${this.ports.tcp}`]
                    : ['--endpoint', `http://127.0.0.1:${this.ports.http}/cmp`],
                ...define));
        return this.definitions.get(key);
    }

    async speak({ dialect, family = 'yessign', texts }) {
        if (dialect !== 'npki' || (family === this.family && !texts))
            return;
        await this.ca.call('family', family, ...texts ? ['--text', texts] : []);
        this.family = texts ? '' : family;
    }

    /** What the registry says of a certificate. */
    async stateOf({ serial }) {
        return (await this.ca.call('list')).certificates
            .find(c => c.serial === serial)?.state;
    }

    /** What the registry says of a code. */
    async known({ referenceNumber }) {
        return (await this.ca.call('list')).codes
            .find(c => c.referenceNumber === referenceNumber);
    }
}
