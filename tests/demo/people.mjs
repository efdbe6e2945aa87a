// The bank's customers. Numbers are made up; the resident numbers are of no
// one (their check digits are wrong on purpose).

export const PEOPLE = [
    { user: 'hong', password: 'naru-demo', name: '홍길동', english: 'hong',
        idn: '9001011234560', phone: '010-1234-5678',
        mail: 'hong@mail.example', account: '352-11-0098765',
        balance: 8450000 },
    { user: 'kim', password: 'sodam-demo', name: '김서연', english: 'kim',
        idn: '8512122345670', phone: '010-9876-4321',
        mail: 'kim@mail.example', account: '352-11-0012345',
        balance: 1200000 },
];
