/**
 * The 200 words and patterns that are tried first, in lower case; compared
 * with a new password and with what is left of it without the digits and
 * symbols at its ends. Korean words stand here as the Latin keys.
 */
export const COMMON_PASSWORDS = new Set((
    'password passw0rd p@ssw0rd p@ssword pa$$word passwd pass qwerty ' +
    'qwertyuiop qwert qwer qwerasdf qwerasdfzxcv asdf asdfgh asdfghjkl ' +
    'asdfqwer zxcv zxcvbn zxcvbnm qazwsx qazwsxedc wsxedc iloveyou ilove ' +
    'love lovely loveme iloveu saranghae sarang saranghaeyo welcome ' +
    'letmein login admin administrator root master monkey dragon football ' +
    'baseball basketball soccer sunshine princess superman batman ' +
    'starwars pokemon naruto shadow michael jordan jennifer jessica ' +
    'ashley daniel charlie thomas robert joshua matthew andrew hunter ' +
    'killer trustno hello hellokitty freedom whatever computer internet ' +
    'samsung google naver daum kakao apple iphone android galaxy ' +
    'microsoft windows abcd abcde abcdef abcdefg abcdefgh aaaa aaaaaa ' +
    'test testing tester guest user users changeme secret access default ' +
    'temp korea seoul busan daehanminguk hanguk hankook corea minguk ' +
    'taehan bank banking certificate gongin injeung npki yessign ' +
    'signkorea crosscert kica signgate tradesign dkssud dkssudgktpdy ' +
    'tkfkd tkfkdgo tkfkdgody qlalfqjsgh qlqjs qlqjsdlqslek dlqslek answjd ' +
    'rlaqkq chlrh wkdrns thdus alswl wlgns alstn wjdgns gkstn tnwls dmswl ' +
    'dptnf minsu minji jihun jieun sujin eunji jisu jihye hyunwoo junho ' +
    'park choi jung gildong honggildong cheolsu younghee money happy ' +
    'lucky angel baby honey sweet 1q2w3e4r 1q2w3e4r! 1q2w3e4r5t ' +
    '1q2w3e4r5t! 1q2w3e4r5t6y 1q2w3e4r5t6y! 1qaz2wsx 1qaz2wsx! ' +
    '1qaz2wsx3edc 1qaz@wsx 1qaz@wsx3edc !qaz2wsx q1w2e3r4 q1w2e3r4! ' +
    'q1w2e3r4t5 q1w2e3r4t5! a1s2d3f4 a1s2d3f4! a1b2c3d4 a1b2c3d4! ' +
    'a1b2c3d4e5 zaq12wsx zaq12wsx! zaq1@wsx 1234qwer!@ qwer1234!@ ' +
    '1q2w3e!@#$ 1234qwer!@#$ qwer1234!@#$ q1w2e3!@#$'
).split(' '));
