// The tables of docs/protocol.md are made from `ingam-host --describe`.
//   node tests/docs/protocol.mjs HOST          compare, exit 1 when they differ
//   node tests/docs/protocol.mjs HOST --write  write them
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';

const file = new URL('../../docs/protocol.md', import.meta.url);
const described = JSON.parse(execFileSync(process.argv[2], ['--describe'], { encoding: 'utf8' }));

/** What a parameter accepts, in words. */
function accepts(param) {
    switch (param.type) {
    case 'choice': return param.choices.map(choice => `\`${choice}\``).join(', ');
    case 'integer': return `integer, 0 to ${param.max}`;
    case 'boolean': return 'boolean';
    case 'certificateId': return 'certificate id: 64 lower-case hex digits';
    case 'base64': return `base64 of at most ${param.max} bytes`;
    case 'secret': return `secret text of at most ${param.max} bytes`;
    case 'name': return `name: \`a-z 0-9 -\`, at most ${param.max} characters`;
    default: return `text of at most ${param.max} bytes`;
    }
}

function commands() {
    return described.commands.map(command => {
        const flags = command.flags.length === 0 ? 'none' : command.flags.join(', ');
        const lines = [`### ${command.name}`, '', `${command.help}. Needs: ${flags}.`];
        if (command.next.length > 0) {
            const next = command.next.map(name => `\`${name}\``).join(', ');
            lines.push('', `May be followed on the same port by ${next}.`);
        }
        if (command.params.length > 0) {
            lines.push('', '| parameter | accepts | |', '|---|---|---|');
            for (const param of command.params) {
                const name = `\`${param.name}\`${param.required ? ' (required)' : ''}`;
                lines.push(`| ${name} | ${accepts(param)} | ${param.help ?? ''} |`);
            }
        }
        return lines.join('\n');
    }).join('\n\n');
}

function errors() {
    const rows = described.errors.map(error => `| ${error.code} | \`${error.reason}\` | `
        + `${error.retryable ? 'yes' : 'no'} | ${error.message} |`);
    return ['| code | reason | try again | message |', '|---|---|---|---|', ...rows].join('\n');
}

let text = readFileSync(file, 'utf8');
const before = text;
for (const [name, table] of Object.entries({ commands: commands(), errors: errors() })) {
    const begin = `<!-- ${name}: made from --describe -->\n`;
    const end = `\n<!-- end of ${name} -->`;
    const from = text.indexOf(begin);
    const to = text.indexOf(end);
    if (from < 0 || to < 0) {
        throw new Error(`docs/protocol.md has no place for ${name}`);
    }
    text = text.slice(0, from + begin.length) + table + text.slice(to);
}
if (process.argv[3] === '--write') {
    writeFileSync(file, text);
} else if (text !== before) {
    console.error('docs/protocol.md differs from --describe; run this with --write');
    process.exit(1);
}
