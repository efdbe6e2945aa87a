/*
 * calls.js - the calls of the usual plug-ins and what they become. A row:
 *   call, what it becomes, what to know (Korean, English).
 * A test compares the calls with those of the adapters.
 */
(/** @param {any} scope */ scope => {
    'use strict';

    const ICON = ['사용자가 인감 아이콘에서 직접 해요.',
        'The person does it in Ingam, by its icon.'];
    const CONTENT = ['화면에 보인 그대로 서명해요.',
        'Exactly what is shown is signed.'];
    const SERVER = ['서버에서 확인해요: docs/verify.md.',
        'The server checks it: docs/verify.md.'];
    const VID = ['nonce는 서버가 만들고 한 번만 써요. R은 서버 인증서로만 열려요.',
        'The nonce is the server\'s, used once. Only the server can open R.'];
    const DOCUMENT = ['문서 옆에 ingam.checkCode(sha256)를 보여 주세요. 사용자가 창에 옮겨 적어요.',
        'Show ingam.checkCode(sha256) beside it: the person types it.'];
    const HTTPS = ['https로 그대로 보내면 돼요.', 'Send it over https as it is.'];
    const CODES = ['참조번호와 인가코드를 {ca, referenceNumber, authorizationCode}로 줘요.',
        'The two codes as {ca, referenceNumber, authorizationCode}.'];
    const PICK = ['필터에 맞는 인증서 가운데 사용자가 골라요.',
        'The person picks one that matches the filter.'];
    const REASON = ['사용자가 이름과 비밀번호를 입력해요. reason은 폐지 사유예요.',
        'The person types name and password; reason says why.'];
    const NONE = '—';

    const CALLS = {
        delfino: [
            ['Delfino.login', 'ingam.login({nonce, vidFor})', ...VID],
            ['Delfino.sign', 'ingam.sign({content | form})', ...CONTENT],
            ['Delfino.confirmSign', 'ingam.sign({content | form})', ...CONTENT],
            ['Delfino.multiSign', 'ingam.signBatch({items})',
                '구분자로 나눈 글을 하나씩 서명해요.',
                'Each text between delimiters is an item.'],
            ['Delfino.mdSign', 'ingam.sign({document: {name, sha256}})', ...DOCUMENT],
            ['Delfino.mdMultiSign', NONE, '문서마다 mdSign을 불러요.',
                'Call mdSign for each document.'],
            ['Delfino.signKeyValue', 'ingam.sign({form: {fields}})',
                '순서와 구분자를 그대로 지켜요.', 'Order and delimiter are kept.'],
            ['Delfino.addSigner', 'ingam.sign({content, addTo})',
                '앞 서명을 검증하고 서명을 하나 더해요.',
                'What is there is verified, then one signer is added.'],
            ['Delfino.addMdSigner', 'ingam.sign({document, addTo})', ...DOCUMENT],
            ['Delfino.requestCertificate2', 'ingam.issue(codes)', ...CODES],
            ['Delfino.scrapingSign', NONE, '서버가 준 글을 sign으로 서명해요.',
                'Sign the server\'s text with sign.'],
            ['Delfino.ucpidSign', NONE, 'ingam.login({vidFor})를 써요.',
                'Use ingam.login({vidFor}).'],
            ['Delfino.manageCertificate', NONE, ...ICON],
            ['Delfino.importCertificate', NONE, ...ICON],
            ['Delfino.exportCertificate', NONE, ...ICON],
            ['Delfino.updateCertificate2', 'ingam.renew({filter})', ...PICK],
        ],
        xecureweb: [
            ['Sign_with_desc', 'ingam.sign({content, output: "hex"})', ...CONTENT],
            ['Sign_with_option', 'ingam.sign({content, output: "hex"})', ...CONTENT],
            ['Sign_with_vid_user', 'ingam.login({nonce, vidFor})', ...VID],
            ['Sign_with_vid_web', 'ingam.login({nonce, vidFor})', ...VID],
            ['Sign_with_vid_user_serial', 'ingam.login({…, filter: {issuers, serial}})', ...VID],
            ['send_vid_info', 'login(…).vid', ...VID],
            ['MultiSign', 'ingam.signBatch({items, output: "hex"})',
                '글의 수가 total과 같아야 해요.', 'As many texts as total says.'],
            ['EnvelopData', 'ingam.sign({content, envelopeFor, cipher})',
                '서명한 뒤 서버 인증서로 감싸요.', 'Signed, then enveloped for the server.'],
            ['VerifyVirtualID', NONE, ...SERVER],
            ['Verify_SignedData', NONE, ...SERVER],
        ],
        inisafe: [
            ['PKCS7SignedData', 'ingam.sign({content})', ...CONTENT],
            ['PKCS7SignedDataForm', 'ingam.sign({form: {fields}})', ...CONTENT],
            ['PKCS7SignedDataWithMD', 'ingam.sign({document})', ...DOCUMENT],
            ['PKCS7SignedDataMultiForm', 'ingam.signBatch({items: [{form}]})',
                '폼마다 한 번씩 서명해요.', 'One item for each form.'],
            ['PKCS7SignVID', 'ingam.login({nonce, vidFor})', ...VID],
            ['FilterCert', 'filter: {issuers, serial}', '다음 호출부터 적용돼요.',
                'Holds for the calls after it.'],
            ['IssueCertificate', 'ingam.issue(codes)', ...CODES],
            ['ReIssueCertificate', 'ingam.reissue(codes)', ...CODES],
            ['UpdateCertificate', 'ingam.renew({filter})', ...PICK],
            ['RevokeCertificate', 'ingam.revoke({reason, filter})', ...REASON],
            ['MakeINIpluginData', NONE, ...HTTPS],
            ['EncForm', NONE, ...HTTPS],
            ['EncFormVerify', NONE, ...HTTPS],
            ['EncryptFile', NONE, '파일 서명은 ingam.signFile이에요. 암호화는 하지 않아요.',
                'ingam.signFile signs files; none is encrypted.'],
            ['DecryptFile', NONE, '파일 서명은 ingam.signFile이에요. 복호화는 하지 않아요.',
                'ingam.signFile signs files; none is opened.'],
        ],
        magicline: [
            ['MakeSignData', 'ingam.sign({content | form})', ...CONTENT],
            ['MakeSignData (nonce)', 'ingam.login({nonce, vidFor})', ...VID],
            ['MakeMdSignData', 'ingam.sign({document})', ...DOCUMENT],
            ['MakeEnvelopedSignData', NONE, 'ingam.sign({envelopeFor})를 써요.',
                'Use ingam.sign({envelopeFor}).'],
            ['ManageCert', NONE, ...ICON],
        ],
        unisign: [
            ['SignData', 'ingam.sign({content})', ...CONTENT],
            ['SignDataNonEnveloped', 'ingam.sign({content, format: "cms-detached"})', ...CONTENT],
            ['SignDataNVerifyVID', NONE, ...VID],
            ['GetRValueFromKey', NONE, ...VID],
            ['VerifySignData', NONE, ...SERVER],
            ['GetLastError', 'error.code', '마지막 결과의 번호예요.', 'The code of the last result.'],
        ],
    };

    const OPTIONS = [
        ['policyOidCertFilter', 'filter.policies', '"oid|oid" 또는 배열', '"oid|oid" or a list'],
        ['issuerCertFilter', 'filter.issuers', 'CN 또는 DN 전체', 'CN or the whole DN'],
        ['issuerAndSerial', 'filter.issuers, filter.serial', '로그인한 인증서 하나만', 'one certificate'],
        ['sameAsLogin', 'filter.sameAsLogin', 'ingam.login으로 로그인한 인증서', 'that of ingam.login'],
        ['disableExpireFilter', 'filter.expired', '만료된 인증서도 보여 줘요', 'expired ones are listed, too'],
        ['encoding', 'encoding', 'utf8, euckr', 'utf8, euckr'],
        ['outputEncoding', 'output', 'base64, hex', 'base64, hex'],
        ['signType', 'format', 'signedData → cms, signature → pkcs1', 'signedData → cms, signature → pkcs1'],
        ['signedAttribute', 'attributes', 'true, false', 'true, false'],
        ['delimiter', 'signBatch.items', 'multiSign을 나누는 글자', 'parts the texts of multiSign'],
        ['nonce', 'login.nonce', '서버가 만든 16~256자', 'the server\'s, 16 to 256 characters'],
        ['vidFor, serverCert', 'login.vidFor', '서버 인증서(PEM, base64)', 'the server\'s certificate (PEM, base64)'],
        ['timestamp', 'timestamp', 'RFC 3161', 'RFC 3161'],
        ['cacheCert, resetCertificate, lastUsedCertFirst', NONE, '마지막에 쓴 인증서가 늘 맨 위예요',
            'the last used one is first'],
        ['certStoreFilter, storage, passwordCounter', NONE, '사용자와 인감이 정해요',
            'the person and Ingam decide'],
        ['addNonce', NONE, '내용(Transaction)에 nonce를 넣어요', 'put a nonce into the content'],
    ];

    scope.IngamMigration = Object.freeze({ CALLS, OPTIONS });
})(window);
