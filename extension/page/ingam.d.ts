/** Types of the page library (ingam.js, ingam.mjs). */

export interface Waits {
    /** Give up after so long (1000 ... 86400000 ms); the person sees until
     * when. Without it the person may take any time. */
    timeoutMs?: number;
}

export interface EnrolParams extends Waits {
    /** Name of the CA as the extension knows it. */
    ca: string;
    /** 참조번호, from the CA or the bank, usable once. */
    referenceNumber: string;
    /** 인가코드, usable once. */
    authorizationCode: string;
    /** The name that the new certificate must carry. */
    name?: string;
}

export interface EnrolResult {
    /** base64 DER */
    certificate: string;
    /** lower-case hex SHA-256 of the DER */
    id: string;
    /** RFC 3339 UTC */
    notAfter: string;
}

export interface RenewParams extends Waits {
    /** Which certificate may be renewed; the person chooses among those that
     * match. What has expired is past it, so `expired` is refused. */
    filter?: Omit<Filter, 'expired'>;
}

export interface RenewResult extends EnrolResult {
    /** Of the new certificate, in hex. */
    serial: string;
    /** The one that it takes the place of, which the person picked. */
    old: { id: string; serial: string };
}

export interface RevokeParams extends RenewParams {
    /** Preselected in the window; the person may give another. */
    reason: 'keyCompromise' | 'superseded' | 'cessationOfOperation' |
        'affiliationChanged' | 'unspecified';
}

/** Of the certificate that the person picked; it is gone for good. */
export interface RevokeResult {
    /** lower-case hex SHA-256 of the DER */
    id: string;
    /** in hex */
    serial: string;
    /** RFC 3339 UTC, when the CA's answer was recorded */
    revokedAt: string;
}

/** Which certificates the site accepts: all that is given must hold. The person
 * sees the others too, with the reason; the page learns of none of them. */
export interface Filter {
    /** Certificate policy OIDs, one of which the certificate must carry. */
    policies?: string[];
    /** CA names as the extension knows them. */
    cas?: string[];
    /** Issuers by common name or whole name ("cn=…,ou=…,o=…,c=kr"); case and
     * spaces do not count. */
    issuers?: string[];
    /** Uses by name; "general" is personal or business. */
    usage?: ('general' | 'personal' | 'business' | 'bank' | 'securities' |
        'card' | 'tax' | 'corporate' | 'procurement' | 'special')[];
    /** Serial number in hex; together with issuers. */
    serial?: string;
    /** The certificate of this site's last login since the browser was started;
     * without one the call fails with not_logged_in. */
    sameAsLogin?: boolean;
    /** Expired ones may be chosen, too. */
    expired?: boolean;
}

/** Names and values in the page's order, as one text: "name=value&…". */
export interface Form {
    /** [name, value] or [name, value, label]: the label is shown beside the
     * name and is not signed. At most 500. */
    fields: [string, string, string?][];
    /** Between two fields, 1 to 4 characters; default "&". */
    delimiter?: string;
    /** Between name and value, 1 to 4 characters; default "=". */
    assign?: string;
    /** Names and values as encodeURIComponent writes them; default false. */
    urlEncode?: boolean;
}

/** Values of a transaction: no fraction, no null, no list. */
export type TransactionValue = string | number | boolean;

/**
 * Shown as a table and signed as canonical JSON (RFC 8785). Known members have
 * names in the person's language; all others are shown as they are.
 */
export interface Transaction {
    /** [a-z0-9-], 1 to 64; "transfer" has a title of its own. */
    type: string;
    /** Shown with the amount in words. */
    amount?: { value: string; currency: string };
    [member: string]: TransactionValue | undefined |
        { [part: string]: TransactionValue };
}

/** What is signed: exactly one of these. */
export type Signed =
    /** Text, the bytes of UTF-8 text, or a transaction. The person sees all
     * of it. */
    { content: string | Uint8Array | Transaction } |
    /** The person sees the fields and the text that they become. */
    { form: Form } |
    /** The person sees name and digest, types the six characters that the site
     * shows beside the document (checkCode), and says to have read it there. */
    { document: Document };

/** Shown by the site, known to Ingam by its digest alone. Its signature is
 * "cms-detached", with attributes. */
export interface Document {
    /** At most 100 characters of one line. */
    name: string;
    /** SHA-256 in hex */
    sha256: string;
    /** bytes */
    size?: number;
    /** "application/pdf" */
    type?: string;
}

export type SignParams = Waits & Signed & {
    /** Default "cms": SignedData with the content inside; with addTo that of
     * what is joined. */
    format?: 'cms' | 'cms-detached' | 'pkcs1';
    /** The bytes that are signed; default "utf-8". */
    encoding?: 'utf-8' | 'euc-kr';
    /** Signed attributes (signing time and so on); default true. */
    attributes?: boolean;
    /** base64 SignedData over the same content, which this signer joins: the
     * person sees who signed before. Not with "pkcs1". */
    addTo?: string;
    /** Have the time confirmed (CAdES-T) by the time-stamp service that the
     * person's computer is set up with. Not with "pkcs1", nor without
     * attributes. */
    timestamp?: true;
    /** The server's certificate, base64 DER: only its holder can open the
     * signature. The person sees the certificate's name. */
    envelopeFor?: string;
    /** Of the envelope; default "aes-256-cbc". */
    cipher?: 'aes-256-cbc' | 'aria-128-cbc' | 'seed-cbc' | 'des-ede3-cbc';
    /** How signature or envelope are written; default "base64". */
    output?: 'base64' | 'hex';
    /** Which certificates the site accepts. */
    filter?: Filter;
};

export interface Signer {
    /** base64 DER */
    certificate: string;
    format: 'cms' | 'cms-detached' | 'pkcs1';
    /** Six characters of the digest, as the window showed them: "7KQ-2MD". */
    code: string;
    /** RFC 3339 UTC, the time that was confirmed; only with timestamp */
    timestamp?: string;
}

export interface SignResult extends Signer {
    /** base64, or lower-case hex */
    signature: string;
}

export interface EnvelopeResult extends Signer {
    /** CMS EnvelopedData with the signature in it: base64, or lower-case hex */
    envelope: string;
}

/** One of many; as sign's content or form, with a title of the site's own. */
export type SignBatchItem = Signed &
    Pick<SignParams, 'format' | 'encoding' | 'attributes'> & {
        /** At most 100 characters; shown in the list. */
        title?: string;
    };

/** One list, one password, one window; the person can open every item. */
export interface SignBatchParams extends Waits {
    /** 1 to 1,000 items, 16 MiB of content in all. */
    items: SignBatchItem[];
    output?: 'base64' | 'hex';
    filter?: Filter;
}

/** In the order of the items; an item that fails does not stop the others. */
export type SignBatchResult = {
    signature: string;
    /** Six characters of the digest, as the window showed them. */
    code: string;
    format: 'cms' | 'cms-detached' | 'pkcs1';
    /** lower-case hex, of what was signed */
    sha256: string;
    /** base64 DER; only with pkcs1, all else holds it */
    certificate?: string;
} | {
    error: { reason: string; code: number };
};

export interface SignFileParams extends Waits {
    /** Default "cms-detached": SignedData without the file in it. */
    format?: 'cms-detached' | 'pkcs1';
    /** Signed attributes (signing time and so on); default true. */
    attributes?: boolean;
    /** How the signature is written; default "base64". */
    output?: 'base64' | 'hex';
    /** Which certificates the site accepts. */
    filter?: Filter;
}

export interface SignFileResult {
    /** base64, or lower-case hex with output "hex" */
    signature: string;
    /** base64 DER */
    certificate: string;
    format: 'cms-detached' | 'pkcs1';
    /** Of the file, in lower-case hex, as it was computed on the person's
     * computer while the file was read. */
    sha256: string;
    /** Bytes that were read. */
    size: number;
    /** Six characters of the digest, as the window showed them: "7KQ-2MD". */
    code: string;
}

export interface LoginParams extends Waits {
    /** The server's nonce, used once: 16 to 256 printable ASCII characters. */
    nonce: string;
    /** The server's certificate, base64 DER: the person is asked whether the
     * site may check their identity number, and R is encrypted for it. */
    vidFor?: string;
    /** Which certificates the site accepts. */
    filter?: Filter;
}

export interface LoginToken {
    /** base64 CMS over the token; docs/signing.md says what to check. */
    token: string;
    /** base64 DER */
    certificate: string;
    /** RFC 3339 UTC, five minutes after it was signed. */
    expires: string;
    /** base64 CMS EnvelopedData with R; only with vidFor. */
    vid?: string;
}

export interface Status {
    installed: boolean;
    /** The extension's version. */
    version?: string;
}

export declare class IngamError extends Error {
    /** Stable, lower_snake: not_installed, not_top_frame, reload_page,
     * cancelled, busy, too_many_requests, site_blocked, … */
    readonly reason: string;
    readonly code: number;
    /** The same call may succeed if it is made again. */
    readonly retryable: boolean;
}

export interface Ingam {
    readonly IngamError: typeof IngamError;
    /** The six characters of a SHA-256 in hex ("7KQ-2MD"), to be shown beside a
     * document; "" when it is none. */
    readonly checkCode: (sha256: string) => string;
    status(): Promise<Status>;
    issue(params: EnrolParams): Promise<EnrolResult>;
    reissue(params: EnrolParams): Promise<EnrolResult>;
    /** A new certificate in place of one that will expire; no code is needed. */
    renew(params?: RenewParams): Promise<RenewResult>;
    /** The person types the holder's name and the password: it is for good. */
    revoke(params: RevokeParams): Promise<RevokeResult>;
    sign(params: SignParams & { envelopeFor: string }): Promise<EnvelopeResult>;
    sign(params: SignParams): Promise<SignResult>;
    signBatch(params: SignBatchParams): Promise<SignBatchResult[]>;
    /** A file of less than 4 GiB, or a Blob with a `name`; the person sees
     * name, size, type and SHA-256, not what is in it. */
    signFile(file: Blob & { readonly name: string }, params?: SignFileParams):
        Promise<SignFileResult>;
    login(params: LoginParams): Promise<LoginToken>;
}

export declare const ingam: Ingam;

declare global {
    /** Defined by ingam.js when it is loaded as a plain script. */
    // eslint-disable-next-line no-var
    var Ingam: Ingam;
}
