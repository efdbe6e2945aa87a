/**
 * A small tax invoice, invented for this example: the shape is that of the
 * Korean e-tax standard, the numbers are nobody's.
 */
import { element } from './xml.mjs';

export const NAMESPACE =
    'urn:kr:or:kec:standard:Tax:ReusableAggregateBusinessInformationEntitySchemaModule:1:0';
const SCHEMA = `${NAMESPACE} http://www.kec.or.kr/standard/Tax/TaxInvoiceSchemaModule_1.0.xsd`;

/** @typedef {import('./xml.mjs').Element} Element */

/**
 * @typedef {{id: string, name: string, owner: string, address: string,
 *     type: string, kind: string, mail: string}} Party
 * @typedef {{name: string, quantity: number, price: number, tax: number}} Item
 * @typedef {{reference: string, issued: string, issueId: string,
 *     seller: Party, buyer: Party, items: Item[]}} Invoice
 */

/** @param {Party} party @param {string} kind */
const partyElement = (party, kind) => element(kind, {},
    element('ID', {}, party.id),
    element('TypeCode', {}, party.type),
    element('NameText', {}, party.name),
    element('ClassificationCode', {}, party.kind),
    element('SpecifiedOrganization', {}, element('TaxRegistrationID', {}, '')),
    element('SpecifiedPerson', {}, element('NameText', {}, party.owner)),
    element('DefinedContact', {}, element('URICommunication', {}, party.mail)),
    element('SpecifiedAddress', {}, element('LineOneText', {}, party.address)));

/** @param {Item[]} items */
const total = items => items.reduce((sum, item) => sum + item.quantity * item.price, 0);

/** @param {Item[]} items */
const tax = items => items.reduce((sum, item) => sum + item.tax, 0);

/**
 * The invoice without a signature. The signature is about all of it but
 * ExchangedDocument, the tags of TaxInvoice, and itself.
 * @param {Invoice} invoice
 * @returns {Element}
 */
export function taxInvoice(invoice) {
    const { seller, buyer, items } = invoice;
    return element('TaxInvoice', {
        'xmlns': NAMESPACE,
        'xmlns:xsi': 'http://www.w3.org/2001/XMLSchema-instance',
        'xsi:schemaLocation': SCHEMA,
    },
    element('ExchangedDocument', {},
        element('ID', {}, invoice.reference),
        element('IssueDateTime', {}, invoice.issued)),
    element('TaxInvoiceDocument', {},
        element('IssueID', {}, invoice.issueId),
        element('TypeCode', {}, '0101'),
        element('IssueDateTime', {}, invoice.issued.slice(0, 8)),
        element('PurposeCode', {}, '01')),
    element('TaxInvoiceTradeSettlement', {},
        partyElement(seller, 'InvoicerParty'),
        partyElement(buyer, 'InvoiceeParty'),
        element('SpecifiedMonetarySummation', {},
            element('ChargeTotalAmount', {}, String(total(items))),
            element('TaxTotalAmount', {}, String(tax(items))),
            element('GrandTotalAmount', {}, String(total(items) + tax(items))))),
    ...items.map((item, i) => element('TaxInvoiceTradeLineItem', {},
        element('SequenceNumeric', {}, String(i + 1)),
        element('InvoiceAmount', {}, String(item.quantity * item.price)),
        element('ChargeableUnitQuantity', {}, String(item.quantity)),
        element('NameText', {}, item.name),
        element('TotalTax', {}, element('CalculatedAmount', {}, String(item.tax))),
        element('UnitPrice', {}, element('UnitAmount', {}, String(item.price))))));
}
