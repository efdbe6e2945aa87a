// Entries whose time-stamp is missing, broken, or of nobody who is believed.
import { maker, stamps } from './parts.mjs';
import * as w from './write.mjs';

export function badStamps(world, how) {
    const { simple } = maker(world, how);
    const { authority, stamped, purpose, trustTsa } = stamps(world, how);
    const { hong, kim, sub, root, pairs } = world;
    const DAY = 86400;
    const no = (name, signature, reason, asked = { trustTsa }) => ({ name: `a time-stamp ${name}`, signature, ...asked, wrong: [`timestamp: ${reason}`] });
    const by = (name, more, reason) => no(name, stamped({ tsa: authority(more) }), reason);
    const flip = bytes => Buffer.concat([bytes.subarray(0, 100), Buffer.from([bytes[100] ^ 1]), bytes.subarray(101)]);
    const soon = { at: how.at - 60, until: how.at + DAY };
    return [
        no('that is not there', simple(), 'timestamp_missing'),
        no('of another signature', stamped({ over: flip }), 'tsa_other_signature'),
        no('of another signature, nobody asks', stamped({ over: flip }), 'tsa_other_signature', {}),
        no('by a digest of old', stamped({ digest: 'sha1' }), 'tsa_other_signature'),
        no('that is rubbish', stamped({ stamp: () => w.seq(w.int(1)) }), 'tsa_malformed'),
        no('that is a text', stamped({ stamp: () => w.octets(Buffer.from('noon')) }), 'tsa_malformed'),
        no('that is a signature over data', stamped({ stamp: () => simple() }), 'tsa_malformed'),
        no('of version 2', stamped({ version: 2 }), 'tsa_malformed'),
        no('whose value has a bit turned', stamped({ options: { damage: flip } }), 'tsa_signature'),
        no('by SHA-1', stamped({ options: { digest: 'sha1' } }), 'tsa_signature'),
        no('without its certificate', stamped({ certificates: [] }), 'tsa_certificate'),
        no('that does not name its certificate', stamped({ replace: { signingCertificateV2: null } }), 'tsa_certificate'),
        no('that names another certificate', stamped({ replace: { signingCertificateV2: w.attribute(w.A.signingCertificateV2,
            w.seq(w.seq(w.seq(w.octets(w.hash('sha256', kim.der)))))) } }), 'tsa_certificate'),
        by('by whom is not there for it', { more: [] }, 'tsa_usage'),
        by('by whom is there for it, but not critically', { more: purpose(false) }, 'tsa_usage'),
        by('by a web server', { more: purpose(true, '1.3.6.1.5.5.7.3.1') }, 'tsa_usage'),
        by('by a key that encrypts, too', { usage: ['digitalSignature', 'keyEncipherment'] }, 'tsa_usage'),
        no('by whom nobody knows', stamped(), 'tsa_untrusted', { trustTsa: [world.make({ cn: 'Other', pair: pairs.kim, ca: true })] }),
        by('by whom has expired', { until: how.at - 1 }, 'tsa_expired'),
        by('of before its certificate', { from: how.at - 60 }, 'tsa_not_yet'),
        by('by whom is of tomorrow', { from: how.at + DAY }, 'tsa_not_yet'),
        no('of tomorrow', stamped({ at: how.at + DAY }), 'tsa_time'),
        { name: 'time-stamped after it was revoked', signature: stamped(), trustTsa, revocation:
            w.crl(sub, { ...soon, revoked: [[hong.spec.serial, how.at - 7200]] }), wrong: ['revocation: certificate_revoked'] },
        { name: 'time-stamped after it expired', signature: stamped({ who: world.below('Old', pairs.hong, { until: how.at - 7200 }) }),
            trustTsa: [root], wrong: ['validity: certificate_expired'] },
        { name: 'time-stamped before it began', signature: stamped({ who: world.below('Young', pairs.hong, { from: how.at - 1800 }) }),
            trustTsa: [root], wrong: ['validity: certificate_not_yet_valid'] },
    ];
}
