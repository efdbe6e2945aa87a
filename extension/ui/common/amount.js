/** An amount in figures and in words, so that no zero is read over. */

const KO_DIGITS = ['영', '일', '이', '삼', '사', '오', '육', '칠', '팔', '구'];
const KO_TENS = ['', '십', '백', '천'];
const KO_GROUPS = ['', '만', '억', '조', '경'];
const EN_SMALL = ['zero', 'one', 'two', 'three', 'four', 'five', 'six', 'seven',
    'eight', 'nine', 'ten', 'eleven', 'twelve', 'thirteen', 'fourteen',
    'fifteen', 'sixteen', 'seventeen', 'eighteen', 'nineteen'];
const EN_TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty',
    'seventy', 'eighty', 'ninety'];
const EN_GROUPS = ['', 'thousand', 'million', 'billion', 'trillion',
    'quadrillion'];

/**
 * @param {string} digits
 * @param {number} size of a group
 * @returns {string[]} groups, the smallest first
 */
function groups(digits, size) {
    const found = [];
    for (let end = digits.length; end > 0; end -= size)
        found.push(digits.slice(Math.max(0, end - size), end));
    return found;
}

/** @param {string} digits @returns {string} "일백이십오만" */
function koWords(digits) {
    const words = groups(digits, 4).map((group, i) => {
        const read = [...group].map((digit, j) => digit === '0' ? ''
            : KO_DIGITS[Number(digit)] + KO_TENS[group.length - 1 - j]).join('');
        return read && read + KO_GROUPS[i];
    });
    return words.reverse().join('') || KO_DIGITS[0];
}

/** @param {number} n below a thousand */
function enSmall(n) {
    const words = n >= 100 ? [EN_SMALL[Math.floor(n / 100)], 'hundred'] : [];
    const rest = n % 100;
    if (rest >= 20)
        words.push(EN_TENS[Math.floor(rest / 10)] +
            (rest % 10 ? `-${EN_SMALL[rest % 10]}` : ''));
    else if (rest > 0)
        words.push(EN_SMALL[rest]);
    return words.join(' ');
}

/** @param {string} digits */
function enWords(digits) {
    const words = groups(digits, 3).map((group, i) => Number(group) === 0 ? ''
        : `${enSmall(Number(group))} ${EN_GROUPS[i]}`.trim());
    return words.reverse().filter(Boolean).join(' ') || EN_SMALL[0];
}

/** @param {string} currency @param {string} language */
function currencyName(currency, language) {
    if (currency === 'KRW')
        return language === 'ko' ? '원' : 'won';
    try {
        return new Intl.DisplayNames([language], { type: 'currency' })
            .of(currency) ?? currency;
    } catch {
        return currency;
    }
}

/**
 * @param {{value: string, currency: string}} amount
 * @param {string} language
 * @returns {string} "1,250,000원", "USD 1,250.05"
 */
export function amountText({ value, currency }, language) {
    const [whole, fraction] = value.split('.');
    const figures = whole.replace(/\B(?=(\d{3})+$)/g, ',') +
        (fraction === undefined ? '' : `.${fraction}`);
    return currency === 'KRW' && language === 'ko' ? `${figures}원`
        : `${currency} ${figures}`;
}

/**
 * @param {{value: string, currency: string}} amount
 * @param {string} language
 * @returns {string} "일백이십오만 원", "zero point zero five US Dollar"
 */
export function amountWords({ value, currency }, language) {
    const [whole, fraction] = value.split('.');
    const ko = language === 'ko';
    const digits = ko ? KO_DIGITS : EN_SMALL;
    const words = [ko ? koWords(whole) : enWords(whole)];
    if (fraction !== undefined)
        words.push(ko ? '점' : 'point', [...fraction]
            .map(digit => digits[Number(digit)]).join(ko ? '' : ' '));
    return `${words.join(' ')} ${currencyName(currency, language)}`;
}
